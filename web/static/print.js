// SPDX-License-Identifier: Apache-2.0
/** A page that is made to be printed: its button asks for paper. */
document.getElementById("print").addEventListener("click", () => print());
