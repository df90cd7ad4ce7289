/** What each client is asked, against what the server says without a client. Each gives the cell to show, or throws. */
import { isDeepStrictEqual } from "node:util";
import { CALLS, DOCUMENT, PROMPT, WRONG_CALL } from "./reference.mjs";

/** In the order of the table's columns. */
export const QUESTIONS = {
  async tools(client, expected) {
    same("names of tools", await client.tools(), expected.tools);
    return String(expected.tools.length);
  },

  async calls(client, expected) {
    for (const [index, call] of CALLS.entries()) {
      const { isError, text, structured } = await client.call(call.name, call.arguments);
      same(`${call.name} is an error`, isError, false);
      same(`text of ${call.name}`, JSON.parse(text), expected.answers[index]);
      if (structured !== undefined) same(`structure of ${call.name}`, structured, expected.answers[index]);
    }
    return String(CALLS.length);
  },

  async error(client, expected) {
    const { isError, text } = await client.call(WRONG_CALL.name, WRONG_CALL.arguments);
    same("a wrong call is an error", isError, true);
    // Some clients put words of their own before the server's text.
    same("the error", JSON.parse(text.slice(text.indexOf("{"))), expected.error);
    return expected.error.code;
  },

  async resources({ resources }, { resources: expected }) {
    if (!expected) return "not offered";
    if (!resources) return "not in this client";
    same(
      "resources",
      (await resources.list()).map(({ uri }) => uri),
      expected.uris,
    );
    same(
      "templates",
      (await resources.templates()).map(({ uriTemplate }) => uriTemplate),
      expected.templates,
    );
    same(DOCUMENT, await resources.read(DOCUMENT), expected.text);
    return `${expected.uris.length}, ${expected.templates.length} templates`;
  },

  async prompts({ prompts }, { prompts: expected }) {
    if (!expected) return "not offered";
    if (!prompts) return "not in this client";
    same(
      "prompts",
      (await prompts.list()).map(({ name }) => name),
      expected.names,
    );
    same(PROMPT.name, await prompts.get(PROMPT.name, PROMPT.arguments), expected.text);
    return String(expected.names.length);
  },
};

function same(what, found, expected) {
  if (isDeepStrictEqual(found, expected)) return;
  throw new Error(
    `${what}: ${JSON.stringify(found)?.slice(0, 500)} and not ${JSON.stringify(expected)?.slice(0, 500)}`,
  );
}
