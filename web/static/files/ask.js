// SPDX-License-Identifier: Apache-2.0
/** Questions to the server; a refusal carries the problem's own sentence in the page's language. */

const lang = document.documentElement.lang;

export class Refusal extends Error {
  /** @param {number} status @param {{type?: string, detail?: string}} problem */
  constructor(status, problem) {
    super(problem.detail ?? problem.title ?? String(status));
    Object.assign(this, { status, problem });
  }
}

/** The server's JSON, or null for none. Throws Refusal, or TypeError while the server cannot be reached. */
export async function ask(address, { method = "GET", json, body, signal } = {}) {
  const url = new URL(address, location.origin);
  url.searchParams.set("lang", lang);
  const headers = json === undefined ? {} : { "Content-Type": "application/json" };
  const answer = await fetch(url, { method, headers, body: json === undefined ? body : JSON.stringify(json), signal });
  if (answer.status === 204) return null;
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refusal(answer.status, told);
  return told;
}
