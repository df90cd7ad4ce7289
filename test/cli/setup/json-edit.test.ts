import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SetupFailure } from "../../../src/cli/setup/failure.ts";
import { type Entry, withoutServer, withServer } from "../../../src/cli/setup/json-edit.ts";
import { readJson } from "../../../src/cli/setup/json-tree.ts";

const ENTRY: Entry = { command: "npx", args: ["-y", "wavewright"] };
const add = (text: string, entry = ENTRY) => withServer(text, "mcpServers", "wavewright", entry);
const remove = (text: string) => withoutServer(text, "mcpServers", "wavewright");

describe("added", () => {
  test("to nothing", () => {
    const expected = `{
  "mcpServers": {
    "wavewright": {
      "command": "npx",
      "args": ["-y", "wavewright"]
    }
  }
}
`;
    expect(add("")).toBe(expected);
    expect(add(" \n")).toBe(expected);
    expect(add("{}\n")).toBe(expected);
  });

  test.each(["// mine", "/* one\n   two */\n", "\n  // a\r\n// b\r\n", "// }"])(
    "to %j, which is nothing but a comment",
    (text) => {
      const edited = add(text);
      expect(edited.startsWith(text)).toBe(true);
      expect(readJson(edited).value).toEqual({ mcpServers: { wavewright: ENTRY } });
      expect(edited.includes("\r\n")).toBe(text.includes("\r\n"));
      expect(add(edited)).toBe(edited);
      expect(remove(text)).toBe(text);
    },
  );

  test("beside others, with their comments where they are, and in their layout", () => {
    const text = `{
    // what we use
    "mcpServers": {
        "one": { "command":   "one" }, /* the first */
        "two": { "command": "two" } // the second
        // no more
    },
    "theme": "dark"   // untouched
}`;
    expect(add(text)).toBe(`{
    // what we use
    "mcpServers": {
        "one": { "command":   "one" }, /* the first */
        "two": { "command": "two" }, // the second
        // no more
        "wavewright": {
            "command": "npx",
            "args": ["-y", "wavewright"]
        }
    },
    "theme": "dark"   // untouched
}`);
  });

  test("with tabs, CRLF and a trailing comma, where the file has them", () => {
    expect(add('{\r\n\t"mcpServers": {\r\n\t\t"a": {},\r\n\t},\r\n}\r\n')).toBe(
      '{\r\n\t"mcpServers": {\r\n\t\t"a": {},\r\n\t\t"wavewright": {\r\n\t\t\t"command": "npx",\r\n\t\t\t"args": ["-y", "wavewright"]\r\n\t\t},\r\n\t},\r\n}\r\n',
    );
  });

  test.each([
    [
      '{"a":1,"mcpServers":{"b":{}}}',
      '{"a":1,"mcpServers":{"b":{},"wavewright":{"command":"npx","args":["-y","wavewright"]}}}',
    ],
    [
      '{"a":1,"mcpServers":{}}',
      '{"a":1,"mcpServers":{"wavewright":{"command":"npx","args":["-y","wavewright"]}}}',
    ],
    ['{"a":1}', '{"a":1,"mcpServers":{"wavewright":{"command":"npx","args":["-y","wavewright"]}}}'],
  ])("to %j, which is one line and stays one", (text, expected) => {
    expect(add(text)).toBe(expected);
  });

  test.each([
    ["an empty object with a comment", '{\n  "mcpServers": {\n    // none yet\n  }\n}\n'],
    ["an object whose last line has more", '{ "a": 1,\n  "mcpServers": { "b": {} } }'],
    ["no servers", '{\n  "a": 1 // one\n}\n'],
    ["only a comment", "{\n  // nothing\n}\n"],
    ["a comma inside of a string", '{\n  "mcpServers": { "a": { "x": "},{" } }\n}\n'],
  ])("to %s", (_, text) => {
    const edited = add(text);
    expect(readJson(edited).value).toMatchObject({ mcpServers: { wavewright: ENTRY } });
    for (const comment of text.match(/\/\/.*$/gm) ?? []) expect(edited).toContain(comment);
  });

  test("anew, in place of what was there: its own fields change, others stay", () => {
    const text = `{
  "mcpServers": {
    "wavewright": {
      "command": "node", // old
      "env": { "GITHUB_TOKEN": "x" },
      "args": []
    },
    "other": {}
  }
}
`;
    expect(add(text)).toBe(
      text.replace('"node"', '"npx"').replace('"args": []', '"args": ["-y", "wavewright"]'),
    );
  });

  test("anew, with a field that is new", () => {
    const once = add("{}\n");
    expect(add(once, { ...ENTRY, type: "stdio" })).toBe(
      once.replace('["-y", "wavewright"]\n', '["-y", "wavewright"],\n      "type": "stdio"\n'),
    );
  });

  test.each(['{ "url": "http://localhost" }', '{ "serverUrl": "x", "command": "y" }', '"text"', "null"])(
    "in place of %s, which means something else",
    (other) => {
      expect(readJson(add(`{\n  "mcpServers": {\n    "wavewright": ${other}\n  }\n}\n`)).value).toEqual({
        mcpServers: { wavewright: ENTRY },
      });
    },
  );
});

describe("removed", () => {
  test.each([
    ["the only one", '{\n  "mcpServers": {\n    "wavewright": {}\n  }\n}\n', '{\n  "mcpServers": {}\n}\n'],
    [
      "the first",
      '{\n  "mcpServers": {\n    "wavewright": {},\n    "b": {}\n  }\n}\n',
      '{\n  "mcpServers": {\n    "b": {}\n  }\n}\n',
    ],
    [
      "the last",
      '{\n  "mcpServers": {\n    "a": {}, // a\n    "wavewright": {} // mine\n  }\n}\n',
      '{\n  "mcpServers": {\n    "a": {} // a // mine\n  }\n}\n',
    ],
    [
      "one of one line",
      '{"mcpServers":{"a":{}, "wavewright":{}, "b":{}}}',
      '{"mcpServers":{"a":{}, "b":{}}}',
    ],
    ["the last of one line", '{"mcpServers":{"a":{},"wavewright":{}}}', '{"mcpServers":{"a":{}}}'],
    ["the first of one line", '{"mcpServers":{"wavewright":{},"b":{}}}', '{"mcpServers":{"b":{}}}'],
    [
      "with a comment of its own",
      '{\n  "mcpServers": {\n    // plans\n    "wavewright": {}\n  }\n}\n',
      '{\n  "mcpServers": {\n    // plans\n  }\n}\n',
    ],
  ])("%s", (_, text, expected) => {
    expect(remove(text)).toBe(expected);
    expect(readJson(expected).value).not.toHaveProperty("mcpServers.wavewright");
  });

  test.each(["", "{}", '{"mcpServers":{"other":{}}}', '{"servers":{"wavewright":{}}}'])(
    "from %j, which has none",
    (text) => {
      expect(remove(text)).toBe(text);
    },
  );
});

describe("refused, with the line", () => {
  test.each([
    ["not JSON", '{\n  "mcpServers": {\n    "a": \n  }\n}\n', /valid JSON: value expected/, 4],
    ["a comment that does not end", "/* {\n", /valid JSON: unexpected end of comment/, 1],
    ["cut off", '{\n  "mcpServers": {\n', /valid JSON/, 3],
    ["a missing comma", '{\n  "a": 1\n  "b": 2\n}', /comma expected/, 3],
    ["text behind", "{}\n{}", /end of file expected/, 2],
    ["a list", "\n[]", /must hold a JSON object/, 2],
    ["servers that are none", '{\n  "mcpServers": []\n}', /"mcpServers" must be an object/, 2],
    ["servers twice", '{\n  "mcpServers": {},\n  "mcpServers": {}\n}', /has "mcpServers" twice/, 3],
    [
      "the server twice",
      '{ "mcpServers": {\n "wavewright": {},\n "wavewright": {} } }',
      /has "wavewright" twice/,
      3,
    ],
  ])("%s", (_, text, message, line) => {
    for (const edit of [add, remove]) {
      const failure = (() => {
        try {
          return edit(text);
        } catch (error) {
          return error;
        }
      })();
      expect(failure).toBeInstanceOf(SetupFailure);
      expect((failure as SetupFailure).message).toMatch(message);
      expect((failure as SetupFailure).message).toMatch(/nothing was changed/);
      expect((failure as SetupFailure).details.line).toBe(line);
    }
  });
});

describe("laws, for any layout", () => {
  const space = fc.constantFrom("", " ", "\n", "\n  ", "\t", "\r\n", " /* c */ ", " // c\n", "\n// d\n    ");
  const value: fc.Arbitrary<string> = fc.oneof(
    fc.constantFrom('"x"', "1", "null", "{}", "[]", '{"url":"u"}', '"},{"', '"// no"', '{ "a" : [1, 2,] , }'),
    fc.json({ maxDepth: 2 }),
  );
  const name = fc.constantFrom("a", "b", "c", "d e", "wave", "ü");
  const object = (members: fc.Arbitrary<string>) =>
    fc
      .tuple(
        fc.uniqueArray(fc.tuple(name, members, space, space), { selector: ([key]) => key, maxLength: 4 }),
        space,
        fc.constantFrom("", ","),
      )
      .map(([list, end, comma]) => {
        const text = list.map(
          ([key, one, before, after]) => `${before}${JSON.stringify(key)}:${before}${one}${after}`,
        );
        return `{${text.join(",")}${list.length > 0 ? comma : ""}${end}}`;
      });
  const servers = object(value);
  const document = fc
    .tuple(servers, fc.option(servers), space, space)
    .map(([outer, inner, before, after]) => {
      if (inner === null) return before + outer + after;
      const rest = outer.slice(1);
      return `${before}{"mcpServers":${after}${inner}${/^\s*(?:\/\*.*?\*\/\s*|\/\/.*\s*)*\}/.test(rest) ? "" : ","}${rest}${after}`;
    })
    .filter((text) => {
      try {
        return readJson(text) !== null;
      } catch {
        return false;
      }
    });
  const entry = fc.record({ command: fc.string(), args: fc.array(fc.string(), { maxLength: 3 }) });

  test("twice is once, and only the server is new", () => {
    fc.assert(
      fc.property(document, entry, (text, given) => {
        const edited = add(text, given);
        expect(add(edited, given)).toBe(edited);
        const [before, after] = [text, edited].map((one) => readJson(one).value as Record<string, object>);
        expect(after).toEqual({ ...before, mcpServers: { ...before!.mcpServers, wavewright: given } });
      }),
      { numRuns: 500 },
    );
  });

  test("nothing that was there is lost: what is added is added in at most two places", () => {
    fc.assert(
      fc.property(document, entry, (text, given) => {
        const edited = add(text, given);
        let start = 0;
        while (start < text.length && text[start] === edited[start]) start++;
        let end = 0;
        while (end < text.length - start && text.at(-1 - end) === edited.at(-1 - end)) end++;
        // Between the two places stands, unchanged, what stood there: space and comments.
        const between = text.slice(start, text.length - end);
        expect(edited.slice(start, edited.length - end)).toContain(between.trim());
        expect(between.replace(/\/\*.*?\*\/|\/\/.*$/gm, "").trim()).toMatch(/^,?$/);
      }),
      { numRuns: 500 },
    );
  });

  test("removing takes back what adding did, byte by byte, where there were servers", () => {
    fc.assert(
      fc.property(document, entry, (text, given) => {
        const servers = (readJson(text).value as { mcpServers?: object }).mcpServers;
        const back = remove(add(text, given));
        if (servers && Object.keys(servers).length > 0) expect(back).toBe(text);
        else expect(readJson(back).value).toEqual({ ...(readJson(text).value as object), mcpServers: {} });
      }),
      { numRuns: 500 },
    );
  });
});
