// SPDX-License-Identifier: Apache-2.0
/** Pieces of the page that the server renders: already escaped there, so that no value becomes markup here. */

/**
 * @param {string} address
 * @param {AbortSignal} [signal]
 * @returns {Promise<DocumentFragment>}
 */
export async function fragment(address, signal) {
  const answer = await fetch(then(address), { headers: { Accept: "text/html" }, signal });
  if (!answer.ok) throw Object.assign(new Error(`${address}: ${answer.status}`), { status: answer.status });
  document.dispatchEvent(new Event("serveranswered"));
  const template = document.createElement("template");
  template.innerHTML = await answer.text();
  return template.content;
}

/** The address of the same piece on the day that the page shows; as it is where the page shows today. @param {string} address */
export function then(address) {
  const { moment } = document.documentElement.dataset;
  if (!moment || /[?&](known_)?on=/.test(address)) return address;
  return `${address}${address.includes("?") ? "&" : "?"}${moment}`;
}

/** Runs one request at a time: a newer one aborts the one under way. Failures other than that go to `failed`. */
export function latest(failed) {
  let aborter = new AbortController();
  return async (work) => {
    aborter.abort();
    aborter = new AbortController();
    const { signal } = aborter;
    try {
      return await work(signal);
    } catch (failure) {
      if (!signal.aborted) failed(failure);
      return undefined;
    }
  };
}

/** Copies words and says so on the button for a moment. */
export async function copy(words, button, done) {
  await navigator.clipboard.writeText(words);
  button.dataset.done = done;
  setTimeout(() => delete button.dataset.done, 1500);
}
