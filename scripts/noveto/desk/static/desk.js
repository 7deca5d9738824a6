// The desk works without this; it shows what matters now, the date to promise, and keeps drafts.
(() => {
  "use strict";
  const body = document.body;
  const chosen = (form, name) => [...form.querySelectorAll(`[name="${name}"]`)]
    .filter(e => (e.type !== "radio" && e.type !== "checkbox") || e.checked).map(e => e.value);
  const fit = form => {
    for (const part of form.querySelectorAll("[data-when]")) {
      const values = part.dataset.values.split(" ");
      const fits = chosen(form, part.dataset.when).some(v => values.includes(v));
      part.hidden = !fits;
      for (const e of part.querySelectorAll("input,select,textarea")) e.disabled = !fits;
    }
  };
  const later = (wait, act) => { let timer; return () => { clearTimeout(timer); timer = setTimeout(act, wait); }; };
  const post = (url, form) => fetch(url, {
    method: "POST", body: new URLSearchParams(new FormData(form)), credentials: "same-origin",
    headers: {"X-CSRF": body.dataset.csrf, "Accept": "application/json", "X-Page": location.pathname + location.search},
  });
  const put = (form, mark, text) => { const e = form.querySelector(`[data-live-${mark}]`); if (e) e.textContent = text; };
  const live = async form => {
    try {
      const answer = await post(form.dataset.live, form);
      if (!answer.ok) return;
      const said = await answer.json();
      put(form, "date", said.date || "填好左边就有");
      put(form, "how", said.how);
      put(form, "say", said.say || "……");
      put(form, "button", said.button);
      const twin = form.querySelector("[data-live-twin]");
      twin.replaceChildren();
      if (said.twin) {
        const p = document.createElement("p");
        p.className = "nv-note bad";
        p.append(said.twin + " ");
        const a = document.createElement("a");
        a.href = said.twin_url; a.target = "_blank"; a.textContent = "是同一件，去看";
        const no = document.createElement("button");
        no.type = "button"; no.className = "nv-btn"; no.textContent = "不是，接着登记";
        no.addEventListener("click", () => { form.dataset.notTwin = said.twin_url; twin.replaceChildren(); });
        p.append(a, " ", no);
        if (form.dataset.notTwin !== said.twin_url) twin.append(p);
      }
      const list = form.querySelector("[data-live-alike]");
      const lines = said.alike.map(one => {
        const li = document.createElement("li"), a = document.createElement("a");
        a.href = one.url; a.target = "_blank"; a.textContent = `${one.outcome} ${one.id}`;
        li.append(a, ` ${one.matter}`);
        if (one.shared) { const why = document.createElement("small"); why.className = "nv-soft"; why.textContent = ` 相同字：${one.shared}`; li.append(why); }
        return li;
      });
      if (!lines.length && said.none) { const li = document.createElement("li"); li.className = "nv-soft"; li.textContent = said.none; lines.push(li); }
      if (lines.length) list.replaceChildren(...lines);
    } catch { /* the network is away: the confirmation page tells the same */ }
  };
  for (const form of document.querySelectorAll("form.dk-form,form.dk-new")) {
    fit(form);
    const ask = form.dataset.live ? later(350, () => live(form)) : () => {};
    let dirty = false;
    form.addEventListener("input", () => { fit(form); ask(); dirty = true; });
    form.addEventListener("keydown", event => { if (event.ctrlKey && event.key === "Enter") form.requestSubmit(); });
    let sent = false;
    form.addEventListener("submit", event => {
      if (sent) { event.preventDefault(); return; }
      sent = true; dirty = false;
      if (form.dataset.live) {
        const sure = document.createElement("input");
        sure.type = "hidden"; sure.name = "sure"; sure.value = "1";
        form.append(sure);
      }
      setTimeout(() => { sent = false; }, 4000);
    });
    if (form.dataset.live) ask();
    const keep = async () => {
      if (!dirty) return;
      const save = form.querySelector("[name=save]");
      const answer = await post(save.formAction, form);
      if (!answer.ok) return;
      form.querySelector("[name=draft]").value = (await answer.json()).draft;
      dirty = false;
      const note = form.querySelector("[data-saved]"), now = new Date();
      if (note) note.textContent = `草稿 ${String(now.getHours()).padStart(2, "0")}:${String(now.getMinutes()).padStart(2, "0")} 已存`;
    };
    setInterval(() => { keep().catch(() => {}); }, 20000);
    form.keep = keep;
  }
  // 锁屏: nobody has touched this page for a while; what was typed is kept as a draft first
  const idle = Number(body.dataset.idle);
  if (idle > 0) {
    let last = Date.now();
    for (const name of ["input", "pointerdown", "keydown", "scroll"]) addEventListener(name, () => { last = Date.now(); }, {passive: true});
    const lock = async () => {
      if (Date.now() - last < idle * 60000) return;
      last = Infinity;
      try { for (const form of document.forms) if (form.keep) await form.keep(); } catch { /* locked all the same */ }
      try { await fetch("/desk/lock", {method: "POST", headers: {"X-CSRF": body.dataset.csrf}, redirect: "manual"}); } catch { /* the server locks by itself, too */ }
      const draft = [...document.forms].map(form => form.keep && form.querySelector("[name=draft]")).find(e => e && e.value);
      const back = location.pathname + (draft ? "?draft=" + encodeURIComponent(draft.value) : "");
      location.replace("/desk/sign-in?locked=idle&next=" + encodeURIComponent(back));
    };
    setInterval(lock, 5000);
    addEventListener("visibilitychange", () => { if (!document.hidden) lock(); });
  }
  addEventListener("pageshow", event => { if (event.persisted) location.reload(); });
})();
