import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DOCUMENTS, parseResourceUri, phaseUri, TEMPLATES } from "../../src/domain/resource-uri.ts";

test.each<[uri: string, meaning: unknown]>([
  ["planning://roadmap", { kind: "document", document: DOCUMENTS[0] }],
  ["PLANNING://RoadMap", { kind: "document", document: DOCUMENTS[0] }],
  ["planning://config", { kind: "document", document: DOCUMENTS[3] }],
  ["planning://phases/3", { kind: "phase", phase: "3" }],
  ["planning://phases/2.10", { kind: "phase", phase: "2.10" }],
  ["planning://phases/03%20with%20spaces", { kind: "phase", phase: "03 with spaces" }],
  ["planning://phases/..%2F..%2Fx", { kind: "phase", phase: "../../x" }],
  ["planning://phases/3/plans/03-01", { kind: "plan", phase: "3", plan: "03-01" }],
])("%s", (uri, meaning) => {
  expect(parseResourceUri(uri)).toEqual(meaning);
});

describe("no resource", () => {
  test.each([
    "",
    "planning://",
    "planning:roadmap",
    "planning://roadmap/",
    "planning://roadmap/x",
    "planning://project",
    "planning://phases",
    "planning://phases/",
    "planning://phases/3/",
    "planning://phases/3/plans",
    "planning://phases/3/plans/",
    "planning://phases/3/plans/1/2",
    "planning://phases/3/summaries/1",
    "planning://phases//plans/1",
    "planning://phases/%",
    "planning://phases/%ff",
    "file:///etc/passwd",
    `planning://phases/${"x".repeat(5_000)}`,
  ])("%s", (uri) => {
    expect(parseResourceUri(uri)).toBeNull();
  });
});

test("any name makes the round trip", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 100 }), (phase) => {
      expect(parseResourceUri(phaseUri(phase))).toEqual({ kind: "phase", phase });
    }),
  );
});

test("every address is named once", () => {
  const names = [...DOCUMENTS, ...TEMPLATES].map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect([...DOCUMENTS.map(({ uri }) => uri), ...TEMPLATES.map(({ uriTemplate }) => uriTemplate)]).toEqual([
    "planning://roadmap",
    "planning://state",
    "planning://requirements",
    "planning://config",
    "planning://phases/{phase}",
    "planning://phases/{phase}/plans/{plan}",
  ]);
});
