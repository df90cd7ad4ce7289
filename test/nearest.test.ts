import { expect, test } from "vitest";
import { nearest } from "../src/nearest.ts";

const NAMES = ["phase", "gaps_only", "select", "limit", "cursor", "root", "read-only"];

test.each([
  ["phse", "phase"],
  ["Phase", "phase"],
  ["phase_number", "phase"],
  ["gapsOnly", "gaps_only"],
  ["gaps", "gaps_only"],
  ["onlyGaps", undefined],
  ["slect", "select"],
  ["readonly", "read-only"],
  ["curser", "cursor"],
  ["roots", "root"],
  ["zzz", undefined],
  ["", undefined],
  ["x".repeat(1_000_000), undefined],
])("%.20s means %s", (name, expected) => {
  expect(nearest(name, NAMES)).toBe(expected);
});
