// SPDX-License-Identifier: Apache-2.0
/** Pieces of the page that the server renders: already escaped there, so that no value becomes markup here. */

/**
 * @param {string} address
 * @param {AbortSignal} [signal]
 * @returns {Promise<DocumentFragment>}
 */
export async function fragment(address, signal) {
  const answer = await fetch(address, { headers: { Accept: "text/html" }, signal });
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  document.dispatchEvent(new Event("serveranswered"));
  const template = document.createElement("template");
  template.innerHTML = await answer.text();
  return template.content;
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
