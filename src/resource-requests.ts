/** resources/*: the default project's documents, phases and plans, and telling of their changes. */
import { excerpt } from "./domain/naming.ts";
import { TEMPLATES } from "./domain/resource-uri.ts";
import { PlanningError } from "./errors.ts";
import type { Reading } from "./reading.ts";
import { invalidParams, resourceNotFound, unanswerable } from "./request-error.ts";
import { fieldsOf, optionalText, refuseCursor, textField } from "./request-params.ts";
import { listResources, ResourceNotFound, type ResourcePage, readResource } from "./workspace/resources.ts";
import { MAX_SUBSCRIPTIONS, type ResourceWatch } from "./workspace/watch.ts";

const MAX_SHOWN = 200;

/** Hosts ask for the list when they connect: without a project it is empty, and calls say why. */
export async function listAll(reading: Reading, params: unknown): Promise<ResourcePage> {
  const cursor = optionalText(fieldsOf(params, "params"), "cursor");
  try {
    return await reading((workspace) => listResources(workspace, cursor));
  } catch (error) {
    if (!(error instanceof PlanningError)) throw error;
    if (error.code === "NO_PLANNING_DIR") return { resources: [] };
    if (error.code !== "INVALID_ARGUMENT") throw unanswerable(error);
    throw invalidParams('"cursor" is not one that resources/list gave; leave it out for the first page.');
  }
}

export function listTemplates(params: unknown) {
  refuseCursor(params, "resources/templates/list");
  return { resourceTemplates: TEMPLATES };
}

export async function read(reading: Reading, params: unknown) {
  const uri = uriOf(params);
  const { mimeType, text } = await found(uri, () => reading((workspace) => readResource(workspace, uri)));
  return { contents: [{ uri, mimeType, text }] };
}

/** Answered when every later change will be told. */
export async function subscribe(watch: ResourceWatch, params: unknown) {
  const uri = uriOf(params);
  if (await found(uri, () => watch.subscribe(uri))) return {};
  throw invalidParams(
    `There are ${MAX_SUBSCRIPTIONS} subscriptions already, and there cannot be more; unsubscribe from one first.`,
  );
}

export async function unsubscribe(watch: ResourceWatch, params: unknown) {
  await watch.unsubscribe(uriOf(params));
  return {};
}

function uriOf(params: unknown): string {
  return textField(fieldsOf(params, "params"), "uri");
}

async function found<Value>(uri: string, look: () => Promise<Value>): Promise<Value> {
  try {
    return await look();
  } catch (error) {
    const shown = excerpt(uri, MAX_SHOWN);
    if (error instanceof ResourceNotFound) throw resourceNotFound(shown, error.message, error.expected);
    if (!(error instanceof PlanningError)) throw error;
    const { expected = [] } = error.toBody();
    throw resourceNotFound(shown, error.message, [expected].flat());
  }
}
