import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { asInlineMarkdown, withoutReferences } from "../../src/domain/inert-text.ts";
import {
  closedByBody,
  MAX_BODY,
  MAX_TITLE,
  ownTitle,
  pullBody,
  pullTitle,
} from "../../src/domain/pull-request.ts";

const NO_ISSUES = { closes: [], mentions: [] };

/** What CommonMark takes for text: without escaped signs, and without code spans, whose ends are equally long runs. */
function outsideOfCode(markdown: string): string {
  let text = "";
  for (let at = 0; at < markdown.length; ) {
    if (markdown[at] === "\\") {
      at += 2;
      continue;
    }
    const run = /^`+/.exec(markdown.slice(at))?.[0] ?? "";
    const rest = markdown.slice(at + run.length);
    const closing = [...rest.matchAll(/`+/g)].find(([other]) => other.length === run.length);
    if (run !== "" && closing) at += run.length + closing.index + run.length;
    else text += markdown[at++];
  }
  return text;
}

describe("the title", () => {
  test.each([
    ["1.2.0", "3", "Chat", "v1.2.0 Phase 3: Chat"],
    ["0.1.9", "1.1", "Document PR workflow", "v0.1.9 Phase 1.1: Document PR workflow"],
    ["1.0", "12A", "", "v1.0 Phase 12A"],
    ["1.0", "2", "Fixes #99 for @team\u202e\u200b", "v1.0 Phase 2: Fixes # 99 for @ team"],
    ["1.0", "2", "a\nb\u0000c", "v1.0 Phase 2: a b c"],
  ])("%s, %s, %j", (milestone, number, name, title) => {
    expect(pullTitle({ milestone, number, name })).toBe(title);
  });

  test("is cut where GitHub would refuse it", () => {
    const title = pullTitle({ milestone: "1.0", number: "3", name: "ä".repeat(300) });
    expect([...title]).toHaveLength(MAX_TITLE);
    expect(title.endsWith("…")).toBe(true);
  });
});

test("a title of the caller's own closes nothing and calls nobody", () => {
  expect(ownTitle("Fixes #7, @team other/repo#3")).toBe("Fixes # 7, @ team other/repo# 3");
  expect([...ownTitle("#1".repeat(128))].length).toBeLessThanOrEqual(MAX_TITLE);
});

test.each([
  ["**Goal:** G\n\nCloses #12\r\nCloses #3\n\nRefs a/b#4", [12, 3]],
  ["It says Closes #12\n- Closes #3\nCloses a/b#4\nCloses #0", []],
  ["", []],
])("the issues that %j closes are %j", (body, numbers) => {
  expect(closedByBody(body)).toEqual(numbers);
});

describe("text that must not do anything", () => {
  test.each([
    ["fixes #99", "fixes # 99"],
    ["Closes: GH-12, gh-13", "Closes: GH- 12, gh- 13"],
    ["resolves owner/repo#3", "resolves owner/repo# 3"],
    ["closes https://github.com/acme/app/issues/12", "closes https://github.com/acme/app/issues/ 12"],
    ["https://ghe.example/a/b/pull/7#x", "https://ghe.example/a/b/pull/ 7#x"],
    ["ask @team and @acme/core", "ask @ team and @ acme/core"],
    ["@angular/core 17", "@ angular/core 17"],
    ["_@octocat_, .@hubot, /@octocat and é@team", "_@ octocat_, .@ hubot, /@ octocat and é@ team"],
    ["fixes _GH-12_", "fixes _GH- 12_"],
    ["fixes #\u200b99", "fixes # 99"],
    ["fixes #\u206099 @\u2060team", "fixes # 99 @ team"],
    // Nothing of these is one.
    ["mail a@example.com", "mail a@example.com"],
    ["C# 12, #channel, issue # 9", "C# 12, #channel, issue # 9"],
    ["high-5, https://example.com/issues/12", "high-5, https://example.com/issues/12"],
    ["  a \t b\r\nc ", "a b c"],
  ])("%j is %j", (text, inert) => {
    expect(withoutReferences(text)).toBe(inert);
  });

  test.each([
    ["<!-- hidden", "\\<!-- hidden"],
    ["```", "\\`\\`\\`"],
    ["run `npm test` <b>", "run `npm test` \\<b>"],
    ["`a` and ` alone", "`a` and \\` alone"],
    ["![x](https://e.example/p.png)", "!\\[x](https://e.example/p.png)"],
    ["&#64;team &num;99", "&# 64;team \\&num;99"],
    ["R&D &#x40;team &commat;team", "R&D \\&#x40;team \\&commat;team"],
    // GitHub reads no escapes in addresses.
    ["see https://docs.example/api?x=1&y=2 now", "see https://docs.example/api?x=1&y=2 now"],
    ["www.example.com/?a=1&b=2", "www.example.com/?a=1&b=2"],
    ["https://x.example/posts/[id]/edit?a&b[]=\\", "https://x.example/posts/%5Bid%5D/edit?a&b%5B%5D=%5C"],
    ["https://x.example/&commat;team[x](y)", "https://x.example/\\&commat;team\\[x](y)"],
    ["https://x.example/a`[b]`<b>", "https://x.example/a`[b]`\\<b>"],
    ["https://[x](https://evil.example)", "https://\\[x](https://evil.example)"],
    ["posts/[id]/edit", "posts/\\[id]/edit"],
    ["\\<img>", "\\\\\\<img>"],
    ["snake_case *stays*", "snake_case *stays*"],
    ["Use ` for @octocat", "Use \\` for @ octocat"],
    ["``a` @octocat", "\\``a` @ octocat"],
    ["\\`@octocat\\`", "\\\\`@ octocat\\`"],
  ])("%j as Markdown is %j", (text, markdown) => {
    expect(asInlineMarkdown(text)).toBe(markdown);
  });

  const word = fc.constantFrom(
    ...[
      "fixes ",
      "closes: ",
      "#",
      "9",
      "12",
      "@",
      "_",
      "team",
      "GH-",
      "gh-",
      "a/b",
      "`",
      "``",
      "\\",
      "<!--",
      "&#35;",
    ],
    ...[
      "https://github.com/a/b/issues/",
      "/pull/",
      "\u200b",
      "\u202e",
      "\n",
      " ",
      "[",
      "]",
      "(",
      "-",
      ".",
      "é",
    ],
  );

  test("has no reference, no mention and no line of its own, whatever it is made of", () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 30 }), (words) => {
        for (const text of [withoutReferences(words.join("")), asInlineMarkdown(words.join(""))]) {
          expect(text).not.toMatch(
            /#\d|(?<![a-z\d])gh-\d|(?<![a-z\d])@[a-z\d]|https?:\/\/(?:[^\s/]+\/){3}(?:issues|pull)\/\d/i,
          );
          expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test("has nothing that opens HTML or a link outside of code", () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 30 }), (words) => {
        expect(outsideOfCode(asInlineMarkdown(words.join("")))).not.toMatch(/[`<[]|&#?\w+;/);
      }),
      { numRuns: 2_000 },
    );
  });

  test("is read in linear time", () => {
    for (const part of ["`", "#", "@", "https://", "https://a/b/c", "GH-", "\\", "&", "www.", "&a"]) {
      expect(asInlineMarkdown(part.repeat(200_000)).length).toBeGreaterThan(0);
    }
  });
});

describe("the description", () => {
  test("has goal, plans and issues", () => {
    const body = pullBody({
      goal: "Users talk to each other",
      plans: [
        { number: "01", text: "Build the store", done: true },
        { number: "GAP-2", text: "", done: false },
      ],
      issues: { closes: [12, 3], mentions: ["other/lib#4"] },
    });
    expect(body).toBe(
      [
        "**Goal:** Users talk to each other",
        "",
        "## Plans",
        "",
        "- [x] Plan 01: Build the store",
        "- [ ] Plan GAP-2",
        "",
        "Closes #12",
        "Closes #3",
        "",
        "Refs other/lib#4",
      ].join("\n"),
    );
  });

  test.each([
    [{ goal: null, plans: [], issues: NO_ISSUES }, ""],
    [{ goal: " ", plans: [], issues: { closes: [1], mentions: [] } }, "Closes #1"],
    [{ goal: "G", plans: [], issues: NO_ISSUES }, "**Goal:** G"],
  ])("%j is %j", (content, body) => {
    expect(pullBody(content)).toBe(body);
  });

  test("closes what it is told to, and nothing that data says", () => {
    const hostile = "Closes #66\r\n\r\nFixes #67 resolves GH-68 @all\n```\n<!--";
    const body = pullBody({
      goal: hostile,
      plans: [{ number: "01 fixes #69", text: hostile, done: false }],
      issues: { closes: [1], mentions: [] },
    });
    expect(body.match(/#\d+/g)).toEqual(["#1"]);
    expect(body.split("\n")).toHaveLength(7);
    expect(body.split("\n").at(-1)).toBe("Closes #1");
  });

  test("stays below GitHub's limit", () => {
    const long = fc.oneof(
      fc.string({ unit: "binary", maxLength: 3_000 }),
      fc.constantFrom("\\", "#1", "😀", "`<"),
    );
    const text = fc
      .tuple(long, fc.integer({ min: 1, max: 2_000 }))
      .map(([one, times]) => one.repeat(times).slice(0, 5_000));
    fc.assert(
      fc.property(text, text, fc.integer({ min: 0, max: 500 }), (goal, about, count) => {
        const plans = Array.from({ length: count }, () => ({ number: about, text: about, done: true }));
        const closes = Array.from({ length: count }, (_, index) => 999_999_000 + index);
        const mentions = closes.map(
          (number) => `https://${"h".repeat(200)}/${"o".repeat(100)}/${"r".repeat(100)}/issues/${number}`,
        );
        const body = pullBody({ goal, plans, issues: { closes, mentions } });
        expect(body.length).toBeLessThanOrEqual(MAX_BODY);
        if (count > 100) expect(body).toContain(`and ${count - 100} more`);
      }),
      { numRuns: 50 },
    );
  });
});
