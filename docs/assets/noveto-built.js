/* Written by `noveto site build`: when and from what the site was built. */
window.NOVETO_BUILT = null;
