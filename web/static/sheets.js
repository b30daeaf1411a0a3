// SPDX-License-Identifier: Apache-2.0
/** Tabs of the panel, and the sheets that it and the card become on a phone. */

const DRAGGED_PX = 40;

export function tabs() {
  const all = [...document.querySelectorAll('[role="tab"]')];
  const choose = (chosen) => {
    for (const tab of all) {
      const on = tab === chosen;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = !on;
    }
  };
  for (const tab of all) {
    tab.addEventListener("click", () => choose(tab));
    tab.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
      const next = all[(all.indexOf(tab) + 1) % all.length];
      choose(next);
      next.focus();
    });
  }
}

/** The panel's handle: a tap or a drag opens and closes the sheet. */
export function sheet() {
  const handle = document.querySelector('[data-sheet="panel"]');
  const open = (on) => {
    document.body.dataset.panel = on ? "open" : "closed";
    handle.setAttribute("aria-expanded", String(on));
  };
  let from = null;
  handle.addEventListener("pointerdown", (event) => {
    from = event.clientY;
    handle.setPointerCapture(event.pointerId);
  });
  handle.addEventListener("pointerup", (event) => {
    const moved = event.clientY - (from ?? event.clientY);
    from = null;
    if (Math.abs(moved) > DRAGGED_PX) open(moved < 0);
  });
  handle.addEventListener("click", (event) => {
    // The click that ends a drag has been answered by the drag.
    if (event.detail !== 0 && handle.dataset.dragged === "yes") delete handle.dataset.dragged;
    else open(document.body.dataset.panel !== "open");
  });
  handle.addEventListener("pointermove", (event) => {
    if (from !== null && Math.abs(event.clientY - from) > DRAGGED_PX) handle.dataset.dragged = "yes";
  });
  return open;
}
