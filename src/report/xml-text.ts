import { visible } from "../observation/visible-text.ts";

/** Text for an XML element or a quoted attribute: nothing in it is markup, and no character is one that XML forbids. */
export function xmlText(text: string): string {
  return visible(text)
    .replace(/[\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu, "\ufffd")
    .replace(/[&<>"']/gu, (character) => `&#${character.charCodeAt(0)};`);
}
