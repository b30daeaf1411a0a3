// SPDX-License-Identifier: Apache-2.0
/** The API's description in the viewer; without the script the JSON itself is linked. */
const viewer = document.getElementById("viewer");
window.SwaggerUIBundle({
  url: viewer.dataset.api,
  domNode: viewer,
  deepLinking: true,
  validatorUrl: null,
  supportedSubmitMethods: ["get"],
});
