/** What clients ask for beside tools: prompts, resources, completion. Loaded by the first such request. */
import { complete } from "./completion-requests.ts";
import { failureKind } from "./errors.ts";
import type { Method } from "./offer.ts";
import type { Prompt } from "./prompt.ts";
import { getPrompt, listPrompts } from "./prompt-requests.ts";
import type { Reading } from "./reading.ts";
import { RequestError, unexpectedFailure } from "./request-error.ts";
import { listAll, listTemplates, read, subscribe, unsubscribe } from "./resource-requests.ts";
import { ResourceWatch, type WatchOptions } from "./workspace/watch.ts";

export interface RequestOptions extends WatchOptions {
  /** Those that are offered. */
  loadPrompts(): Promise<readonly Prompt[]>;
  offersTool(name: string): boolean;
}

export interface Requests {
  answer(method: Method, params: unknown, signal: AbortSignal): Promise<object>;
  /** The client has gone. */
  close(): void;
}

export function createRequests(options: RequestOptions): Requests {
  const watch = new ResourceWatch(options);
  const prompts = options.loadPrompts;

  async function answer(method: Method, params: unknown, signal: AbortSignal): Promise<object> {
    const reading: Reading = (use) => options.reading(use, signal);
    switch (method) {
      case "prompts/list":
        return listPrompts(await prompts(), params);
      case "prompts/get":
        return getPrompt(await prompts(), options.offersTool, params);
      case "completion/complete":
        return complete(await prompts(), reading, params);
      case "resources/list":
        return listAll(reading, params);
      case "resources/templates/list":
        return listTemplates(params);
      case "resources/read":
        return read(reading, params);
      case "resources/subscribe":
        return subscribe(watch, params);
      case "resources/unsubscribe":
        return unsubscribe(watch, params);
    }
  }

  return {
    async answer(method, params, signal) {
      try {
        return await answer(method, params, signal);
      } catch (error) {
        if (error instanceof RequestError || signal.aborted) throw error;
        options.log(`${method}: ${error instanceof Error ? error.stack : String(error)}`);
        throw unexpectedFailure(method, failureKind(error));
      }
    },
    close: () => watch.close(),
  };
}
