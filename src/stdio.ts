/**
 * MCP over a pair of streams, one JSON message a line. Unlike the SDK's own transport it outlives a line that is too
 * long, answers what it cannot read, and knows which requests still wait for their answers.
 */
import type { Readable, Writable } from "node:stream";

/** Far above any request; the SDK's limit too. */
const MAX_LINE = 10 * 1024 * 1024;

const NEWLINE = 0x0a;
const PARSE_ERROR = -32700;
const INVALID_REQUEST = -32600;

/** The only version of MCP whose clients may send several messages as one array. */
const BATCH_VERSION = "2025-03-26";

const BYTE_ORDER_MARK = /^\uFEFF/;

type Id = string | number;

/** A JSON-RPC message, as far as it matters here. */
interface Message {
  id?: unknown;
  method?: unknown;
  params?: unknown;
  result?: unknown;
}

export class StdioTransport<M extends object> {
  onmessage?: (message: M) => void;
  onclose?: () => void;
  onerror?: (error: Error) => void;

  readonly #input: Readable;
  readonly #output: Writable;
  readonly #isMessage: (value: unknown) => value is M;
  /** Requests without an answer yet: how many of each id, since nothing keeps a client from using one twice. */
  readonly #waiting = new Map<Id, number>();
  #writing = 0;
  readonly #onSettled: (() => void)[] = [];
  #takesBatches = false;
  /** The line so far; null while the rest of one that is too long goes by. */
  #line: Buffer[] | null = [];
  #length = 0;

  constructor(input: Readable, output: Writable, isMessage: (value: unknown) => value is M) {
    this.#input = input;
    this.#output = output;
    this.#isMessage = isMessage;
  }

  async start(): Promise<void> {
    this.#input.on("data", this.#read);
  }

  async send(message: object): Promise<void> {
    const { id, method, result } = message as Message;
    // Only the answer to `initialize` has it.
    const version = (result as { protocolVersion?: unknown } | undefined)?.protocolVersion;
    if (version !== undefined) this.#takesBatches = version === BATCH_VERSION;
    await this.#write(message);
    if (method === undefined) this.#answered(id);
  }

  async close(): Promise<void> {
    this.#input.off("data", this.#read);
    this.#input.pause();
    this.onclose?.();
  }

  /** Reads no more, and waits until every request is answered and every answer is out; at most `patience` ms. */
  async settle(patience: number): Promise<void> {
    this.#input.off("data", this.#read);
    // What came before the end of input is a line too.
    if (this.#input.readableEnded) this.#endLine();
    if (this.#isSettled()) return;
    await new Promise<void>((resolve) => {
      this.#onSettled.push(resolve);
      setTimeout(resolve, patience);
    });
  }

  readonly #read = (chunk: Buffer): void => {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      this.#append(chunk.subarray(start, end));
      this.#endLine();
      start = end + 1;
    }
    this.#append(chunk.subarray(start));
  };

  #endLine(): void {
    const line = this.#line && Buffer.concat(this.#line).toString("utf8");
    this.#line = [];
    this.#length = 0;
    if (line !== null) this.#receive(line.replace(BYTE_ORDER_MARK, ""));
  }

  #append(part: Buffer): void {
    this.#length += part.length;
    if (this.#length <= MAX_LINE) this.#line?.push(part);
    else if (this.#line) {
      this.#line = null;
      this.#refuse(PARSE_ERROR, `A line is longer than ${MAX_LINE} bytes`);
    }
  }

  #receive(line: string): void {
    if (line.trim() === "") return;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      this.#refuse(PARSE_ERROR, "A line is not JSON");
      return;
    }
    if (this.#takesBatches && Array.isArray(value) && value.length > 0) {
      for (const one of value) this.#receiveMessage(one);
    } else this.#receiveMessage(value);
  }

  #receiveMessage(value: unknown): void {
    if (!this.#isMessage(value)) {
      this.#receiveMalformed(Object(value) as Message);
      return;
    }
    const { id, method, params } = value as Message;
    if (isId(id) && method !== undefined) this.#waiting.set(id, (this.#waiting.get(id) ?? 0) + 1);
    this.onmessage?.(value);
    // A cancelled request gets no answer.
    if (method === "notifications/cancelled") this.#answered((params as { requestId?: unknown })?.requestId);
  }

  /** An answer gets none, since its id is one of ours: who waits for it learns that it failed. */
  #receiveMalformed(value: Message): void {
    const message = "Not a JSON-RPC 2.0 message";
    const { id, method } = value;
    if (method !== undefined || !("result" in value || "error" in value)) {
      this.#refuse(INVALID_REQUEST, message, isId(id) ? id : undefined);
      return;
    }
    this.onerror?.(new Error(`${message}; it was taken for a failure`));
    const failure = { jsonrpc: "2.0", id, error: { code: INVALID_REQUEST, message } };
    if (this.#isMessage(failure)) this.onmessage?.(failure);
  }

  /** Without the sender's id the answer has none: `null` is JSON-RPC's word for it, but no MCP message. */
  #refuse(code: number, message: string, id?: Id): void {
    this.onerror?.(new Error(`${message}; it was refused`));
    void this.#write({ jsonrpc: "2.0", ...(id !== undefined && { id }), error: { code, message } });
  }

  #write(message: object): Promise<void> {
    this.#writing++;
    return new Promise((resolve) => {
      this.#output.write(`${JSON.stringify(message)}\n`, () => {
        this.#writing--;
        resolve();
        this.#checkSettled();
      });
    });
  }

  #answered(id: unknown): void {
    const count = isId(id) ? (this.#waiting.get(id) ?? 0) : 0;
    if (count > 1) this.#waiting.set(id as Id, count - 1);
    else this.#waiting.delete(id as Id);
    this.#checkSettled();
  }

  #checkSettled(): void {
    if (this.#isSettled()) for (const resolve of this.#onSettled) resolve();
  }

  #isSettled(): boolean {
    return this.#waiting.size === 0 && this.#writing === 0;
  }
}

function isId(value: unknown): value is Id {
  return typeof value === "string" || typeof value === "number";
}
