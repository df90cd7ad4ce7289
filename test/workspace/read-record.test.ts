/** Time stamps that do not tell: a program may write twice within their granularity. */
import { statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ReadRecord } from "../../src/workspace/read-record.ts";
import { project } from "../support/project.ts";

const NOTHING = new Set<string>();

test("what is young is compared by content", () => {
  const root = project({ "a.md": "new", directory: { "b.md": "b" } });
  const changed = (bytes: string, names: readonly string[]) => {
    const record = new ReadRecord();
    record.see("a.md", statSync(join(root, "a.md")));
    record.seeBytes("a.md", Buffer.from(bytes));
    record.see("directory", statSync(join(root, "directory")), names);
    return record.changed(root, NOTHING);
  };
  expect(changed("new", ["b.md"])).toBeNull();
  // The head of a file that is longer.
  expect(changed("ne", ["b.md"])).toBeNull();
  expect(changed("old", ["b.md"])).toBe("a.md");
  expect(changed("new", [])).toBe("directory");
  expect(changed("new", ["b.md", "c.md"])).toBe("directory");
});

test("what was seen first counts", () => {
  const root = project({ "a.md": "a" });
  const record = new ReadRecord();
  record.see("a.md", null);
  record.see("a.md", statSync(join(root, "a.md")));
  expect(record.changed(root, NOTHING)).toBe("a.md");
  const presence = new ReadRecord();
  presence.seePresence("a.md", false);
  presence.seePresence("a.md", true);
  expect(presence.changed(root, NOTHING)).toBe("a.md");
});

test("a second name changes nothing about a file, a new time does", () => {
  const root = project({ "a.md": "a" });
  const record = new ReadRecord();
  const stats = statSync(join(root, "a.md"));
  record.see("a.md", Object.assign(statSync(join(root, "a.md")), { ctimeMs: stats.ctimeMs - 1 }));
  expect(record.changed(root, NOTHING)).toBe("a.md");
  expect(record.changed(root, new Set(["a.md"]))).toBeNull();
  utimesSync(join(root, "a.md"), new Date(), new Date(Date.now() - 5_000));
  expect(record.changed(root, new Set(["a.md"]))).toBe("a.md");
});
