/** Requests that are answered with a protocol error; the SDK sends code, message and data of what is thrown. */
import { type PlanningError, visible } from "./errors.ts";

const INVALID_PARAMS = -32602;
const INTERNAL_ERROR = -32603;
/** The protocol's own code. */
const RESOURCE_NOT_FOUND = -32002;

export class RequestError extends Error {
  override readonly name = "RequestError";
  readonly code: number;
  readonly data?: unknown;

  constructor(code: number, message: string, data?: unknown) {
    super(visible(message));
    this.code = code;
    if (data !== undefined) this.data = data;
  }
}

export function invalidParams(message: string): RequestError {
  return new RequestError(INVALID_PARAMS, message);
}

/** `uri` is shortened by whoever calls. */
export function resourceNotFound(uri: string, message: string, expected: readonly string[]): RequestError {
  return new RequestError(RESOURCE_NOT_FOUND, message, {
    uri,
    ...(expected.length > 0 && { expected }),
  });
}

/** No project, or one that cannot be read. */
export function unanswerable(error: PlanningError): RequestError {
  return new RequestError(INTERNAL_ERROR, error.message, error.toBody());
}

export function unexpectedFailure(method: string, kind: string): RequestError {
  return new RequestError(INTERNAL_ERROR, `${method} failed unexpectedly (${kind}).`);
}
