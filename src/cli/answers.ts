/** The answers of the tools that commands draw, as far as they are drawn. A test holds them against the tools. */
import type { Diagnostic, Severity } from "../domain/diagnostic.ts";

export type Problem = Omit<Diagnostic, "code"> & { code: string };

export interface PhaseAnswer {
  id: string;
  number: string;
  name: string;
  state: string;
}

export interface StatusAnswer {
  root: string;
  milestone: { version: string; name: string } | null;
  phases: (PhaseAnswer & { plan_count: number; done_count: number; verification: string | null })[];
  total: number;
  next_cursor: string | null;
  counts: Record<string, number>;
  next: { action: string; phase: string | null; why: string };
  diagnostics: Problem[];
}

export interface WavePlanAnswer {
  id: string;
  name: string;
  objective: string;
  depends_on: string[];
  files_modified: string[];
  autonomous: boolean;
  gap_closure: boolean;
  declared_wave: number | null;
}

export interface WaveAnswer {
  wave: number;
  plans: WavePlanAnswer[];
  batches: string[][];
}

export interface WavesAnswer {
  phase: PhaseAnswer;
  waves: WaveAnswer[];
  ready: string[];
  completed: string[];
  skipped: { id: string; reason: string }[];
  totals: { plans: number; incomplete: number; waves: number; batches: number };
  executor_model: string;
  diagnostics: Problem[];
}

export interface GapAnswer {
  key: string;
  source: string;
  phase: string | null;
  path: string;
  line: number;
  title: string;
  status: string;
  reason: string | null;
  severity: string;
  category: string;
  addressed_by: string[];
}

export interface GapsAnswer {
  gaps: GapAnswer[];
  count: number;
  reports: {
    phase: string | null;
    path: string;
    source: string;
    status: string;
    score: string | null;
    gap_count: number;
  }[];
  groups: {
    key: string;
    name: string;
    goal: string;
    gaps: string[];
    why: string[];
    estimated_plans: number;
  }[];
  totals: { reports: number; groups: number; diagnostics: number };
  next_cursor: string | null;
  diagnostics: Problem[];
}

export interface CheckAnswer {
  status: string;
  counts: Record<Severity, number>;
  total: number;
  next_cursor: string | null;
  diagnostics: Problem[];
}
