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
  ["foo", undefined],
  ["kind", undefined],
  ["or", undefined],
  ["hpase", "phase"],
  ["phsae", "phase"],
  ["rot", "root"],
  ["seletc", "select"],
  ["select_one", "select"],
  ["x", undefined],
  ["zzz", undefined],
  ["", undefined],
  ["x".repeat(1_000_000), undefined],
])("%.20s means %s", (name, expected) => {
  expect(nearest(name, NAMES)).toBe(expected);
});

test.each([
  ["tcsh", ["bash", "zsh", "fish"], undefined],
  ["bsh", ["bash", "zsh", "fish"], "bash"],
  ["mermade", ["json", "mermaid"], "mermaid"],
  ["verifications", ["uat", "verification"], "verification"],
  ["claude", ["claude-code", "cursor"], "claude-code"],
  ["statsu", ["status", "setup"], "status"],
])("of others, %s means %3$s", (name, names, expected) => {
  expect(nearest(name, names)).toBe(expected);
});
