// References light up their card; open evidence stays open while sentences arrive (Gradio
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
  const light = (card, on) => card?.classList.toggle("lit", on);

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
      light(card, true);
      move(card, "nearest");
      setTimeout(() => light(card, false), 2400);
      return;
    }
    const summary = event.target.closest?.("details.why > summary");
    if (!summary) return;
    const why = summary.parentElement;
    why.open ? open.delete(why.dataset.key) : open.add(why.dataset.key);
  });
  for (const [name, on] of [["mouseover", true], ["mouseout", false], ["focusin", true], ["focusout", false]]) {
    document.addEventListener(name, (event) => light(cardOf(event), on));
  }

  let lines = 0;
  const settle = () => {
    const box = document.querySelector("#act textarea, #act input");
    if (box && box.tabIndex !== -1) { box.tabIndex = -1; box.setAttribute("aria-hidden", "true"); }
    const cards = document.getElementById("cards");
    if (cards?.getAttribute("aria-busy") === "true") open.clear();
    for (const why of document.querySelectorAll("details.why")) {
      const wanted = open.has(why.dataset.key);
      if (why.open !== wanted) why.open = wanted;
    }
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
