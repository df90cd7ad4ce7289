/** A host's configuration that cannot be changed or started: what is wrong, where, and what to do. */
export interface FailureDetails {
  /** Absolute. */
  path?: string;
  /** From 1. */
  line?: number;
  hint?: string;
}

export class SetupFailure extends Error {
  readonly details: FailureDetails;

  constructor(message: string, details: FailureDetails = {}) {
    super(message);
    this.details = details;
  }
}
