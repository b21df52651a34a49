// References light up their card and their fact of the history; open evidence stays open while sentences arrive (Gradio
// rewrites attributes at every update); the conversation follows its newest line.
(() => {
  const open = new Set();
  const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
  const move = (node, block) =>
    node.scrollIntoView({ behavior: still() ? "auto" : "smooth", block });

  const cardOf = (event) => {
    const link = event.target.closest?.("#log [data-card]");
    return link?.dataset.card ? document.getElementById(`card-${link.dataset.card}`) : null;
  };
  const factOf = (event, card) => {
    const link = event.target.closest?.("#log [data-fact]");
    return link && card?.querySelector(`[data-fact~="${link.dataset.fact}"]`);
  };
  const light = (node, on) => node?.classList.toggle("lit", on);

  // What is tapped in our markup goes through a hidden box; its number tells it from the last.
  let taps = 0;
  const write = (box, text) => {
    if (!box) return;
    const set = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(box), "value").set;
    set.call(box, text);
    box.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const tell = (line) => write(document.querySelector("#act textarea, #act input"), `${line} #${++taps}`);
  // The last message goes back into the box, to be changed and sent again.
  const edit = (button) => {
    const box = document.querySelector("#box textarea, #box input");
    write(box, button.parentElement.querySelector(".said").textContent);
    box?.focus();
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button[data-act]");
    if (button) {
      const from = button.dataset.from && document.getElementById(button.dataset.from);
      tell(from ? `${button.dataset.act} ${from.value}` : button.dataset.act);
      return;
    }
    const last = event.target.closest?.("button[data-edit]");
    if (last) return edit(last);
    const card = cardOf(event);
    if (card) {
      event.preventDefault();
      const why = card.querySelector("details.why");
      open.add(why.dataset.key);
      why.open = true;
      const fact = factOf(event, card);
      for (const node of [card, fact]) light(node, true);
      move(fact ?? card, "nearest");
      setTimeout(() => [card, fact].forEach((node) => light(node, false)), 2400);
      return;
    }
    const summary = event.target.closest?.("details.why > summary");
    if (!summary) return;
    const why = summary.parentElement;
    why.open ? open.delete(why.dataset.key) : open.add(why.dataset.key);
  });
  for (const [name, on] of [["mouseover", true], ["mouseout", false], ["focusin", true], ["focusout", false]]) {
    document.addEventListener(name, (event) => {
      const card = cardOf(event);
      light(card, on);
      light(factOf(event, card), on);
    });
  }

  // How long each card was looked at: more than half of it in sight while somebody is there.
  const LOOK_MS = 500, AWAY_MS = 30_000, TELL_MS = 20_000;
  let seen = {}, held = 0, there = 0;
  const inSight = (card) => {
    const box = card.getBoundingClientRect();
    const shown = Math.min(box.bottom, innerHeight) - Math.max(box.top, 0);
    return shown > Math.min(box.height, innerHeight) / 2;
  };
  const tellSeen = () => {
    if (!held) return;
    write(document.querySelector("#seen textarea, #seen input"), JSON.stringify({ number: ++taps, seen }));
    [seen, held] = [{}, 0];
  };
  const look = () => {
    if (document.hidden || performance.now() - there > AWAY_MS) return;
    for (const card of document.querySelectorAll(".card[data-product]")) {
      if (!inSight(card)) continue;
      seen[card.dataset.product] = (seen[card.dataset.product] ?? 0) + LOOK_MS / 1000;
      held = Math.max(held, LOOK_MS);
    }
    if (held && (held += LOOK_MS) > TELL_MS) tellSeen();
  };
  for (const name of ["pointermove", "pointerdown", "keydown", "scroll"]) {
    document.addEventListener(name, () => { there = performance.now(); }, { capture: true, passive: true });
  }
  document.addEventListener("visibilitychange", () => { if (document.hidden) tellSeen(); });
  setInterval(look, LOOK_MS);

  // A picture that does not come leaves no broken frame.
  const broken = new Set();
  const hideBroken = () => {
    for (const img of document.querySelectorAll(".card img")) img.hidden = broken.has(img.src);
  };
  document.addEventListener("error", (event) => {
    if (event.target.matches?.(".card img")) { broken.add(event.target.src); hideBroken(); }
  }, true);

  let lines = 0;
  const settle = () => {
    for (const box of document.querySelectorAll(".unseen textarea, .unseen input")) {
      if (box.tabIndex !== -1) { box.tabIndex = -1; box.setAttribute("aria-hidden", "true"); }
    }
    const cards = document.getElementById("cards");
    if (cards?.getAttribute("aria-busy") === "true") { open.clear(); tellSeen(); }
    for (const why of document.querySelectorAll("details.why")) {
      const wanted = open.has(why.dataset.key);
      if (why.open !== wanted) why.open = wanted;
    }
    hideBroken();
    const log = document.getElementById("log");
    if (log && document.documentElement.lang !== log.lang) document.documentElement.lang = log.lang;
    const now = log ? log.textContent.length : 0;
    if (log && now !== lines && log.querySelector(".you")) log.scrollTop = log.scrollHeight;
    lines = now;
  };
  const watch = () => new MutationObserver(settle).observe(document.body, {
    childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ["open", "aria-busy"],
  });
  document.body ? watch() : document.addEventListener("DOMContentLoaded", watch);
})();
