/* Written by `noveto site build`: the working calendar. */
window.NOVETO_CALENDAR = null;
