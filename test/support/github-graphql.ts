/** The mutations of GitHub's GraphQL that REST lacks, strict about the fields that they are asked for. */
import { type Answer, type GitHubRequest, json, type PullJson, problem } from "./github-answers.ts";
import { currentPulls } from "./github-pulls.ts";
import { fields, type World } from "./github-world.ts";

/** A field with the value of its arguments and what is asked of it. */
interface Selection {
  name: string;
  alias: string;
  arguments: Record<string, unknown>;
  fields: Selection[];
}

const MUTATIONS: Record<string, (world: World, selection: Selection) => Promise<unknown>> = {
  markPullRequestReadyForReview: markReady,
  updateRefs,
};

export async function graphql(world: World, request: GitHubRequest): Promise<Answer> {
  const { query, variables } = fields(request.body);
  let name = "";
  if (typeof query !== "string")
    return problem(400, "A query attribute must be specified and must be a string.");
  try {
    const selections = parse(query, fields(variables));
    const data: Record<string, unknown> = {};
    for (const selection of selections) {
      name = selection.name;
      if (!Object.hasOwn(MUTATIONS, name)) throw new Error(undefinedField(name, "Mutation"));
      data[selection.alias] = await MUTATIONS[name]!(world, selection);
    }
    return json(200, { data });
  } catch (error) {
    if (error instanceof Refusal) {
      return json(200, {
        data: { [name]: null },
        errors: [{ type: error.type, path: [name], message: error.message }],
      });
    }
    return json(200, { errors: [{ message: (error as Error).message }] });
  }
}

class Refusal extends Error {
  readonly type: string;
  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

async function markReady(world: World, selection: Selection): Promise<unknown> {
  const { pullRequestId, clientMutationId = null, ...rest } = fields(selection.arguments.input);
  if (typeof pullRequestId !== "string") {
    throw new Error(
      "Argument 'pullRequestId' on InputObject 'MarkPullRequestReadyForReviewInput' is required.",
    );
  }
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw new Error(`InputObject doesn't accept argument '${unknown}'`);
  // Asked before anything is done: a wrong field makes the real server refuse the whole operation.
  const find = async (): Promise<PullJson> => {
    const found = (await currentPulls(world)).find(({ node_id }) => node_id === pullRequestId);
    const message = `Could not resolve to a node with the global id of '${pullRequestId}'`;
    if (found === undefined) throw new Refusal("NOT_FOUND", message);
    return found;
  };
  const answer = (pull: PullJson) =>
    pick(selection.fields, "MarkPullRequestReadyForReviewPayload", {
      clientMutationId,
      pullRequest: (inner: Selection[]) => pick(inner, "PullRequest", pullFields(pull)),
    });
  const pull = await find();
  answer(pull);
  if (pull.state === "closed") throw new Refusal("UNPROCESSABLE", "Pull request is closed");
  await world.backend.ask("PATCH", `${world.top}/pulls/${pull.number}`, { draft: false });
  return answer(await find());
}

/** Deletions, each only while the branch has the commit that it is said to have. */
async function updateRefs(world: World, selection: Selection): Promise<unknown> {
  const { repositoryId, refUpdates, clientMutationId = null, ...rest } = fields(selection.arguments.input);
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw new Error(`InputObject doesn't accept argument '${unknown}'`);
  const { node_id } = await world.backend.ask<{ node_id: string }>("GET", world.top);
  if (repositoryId !== node_id) {
    throw new Refusal("NOT_FOUND", `Could not resolve to a node with the global id of '${repositoryId}'`);
  }
  if (!Array.isArray(refUpdates)) throw new Error("Argument 'refUpdates' on InputObject is required.");
  const answer = pick(selection.fields, "UpdateRefsPayload", { clientMutationId });
  for (const update of refUpdates.map(fields)) {
    const name = String(update.name).replace(/^refs\/heads\//, "");
    if (!/^0+$/.test(String(update.afterOid))) throw new Error("The GitHub of the tests only deletes.");
    if (name === world.defaultBranch) throw new Refusal("UNPROCESSABLE", "Cannot delete the default branch");
    if (world.branches.all().get(name) !== update.beforeOid) {
      throw new Refusal("UNPROCESSABLE", "A ref does not have the value that was expected");
    }
    world.branches.remove(name);
  }
  return answer;
}

function pullFields(pull: PullJson): Record<string, unknown> {
  return {
    id: pull.node_id,
    number: pull.number,
    title: pull.title,
    body: pull.body ?? "",
    url: pull.html_url,
    isDraft: pull.draft,
    closed: pull.state === "closed",
    merged: pull.merged,
    state: pull.merged ? "MERGED" : pull.state.toUpperCase(),
    headRefName: pull.head.ref,
    headRefOid: pull.head.sha,
    baseRefName: pull.base.ref,
    baseRefOid: pull.base.sha,
  };
}

/** The asked fields of a value; a function value has fields of its own. */
function pick(selections: Selection[], type: string, value: Record<string, unknown>): object {
  const picked: Record<string, unknown> = {};
  for (const { name, alias, fields: inner } of selections) {
    if (!Object.hasOwn(value, name)) throw new Error(undefinedField(name, type));
    const found = value[name];
    picked[alias] = typeof found === "function" ? found(inner) : found;
  }
  if (selections.length === 0) throw new Error(`Field must have selections (type '${type}')`);
  return picked;
}

function undefinedField(name: string, type: string): string {
  return `Field '${name}' doesn't exist on type '${type}'`;
}

/** The top fields of `mutation Name($a: T!) { … }`; no fragments, no directives. */
function parse(query: string, variables: Record<string, unknown>): Selection[] {
  const tokens = query.match(/"(?:\\.|[^"\\])*"|[$]?\w+|[{}()[\]:!=]/g) ?? [];
  let at = 0;
  const peek = () => tokens[at];
  const next = (expected?: string): string => {
    const token = tokens[at++];
    if (token === undefined || (expected !== undefined && token !== expected)) {
      throw new Error(`Expected ${expected ?? "more"}, actual: ${token ?? "end of document"}`);
    }
    return token;
  };
  const value = (): unknown => {
    const token = next();
    if (token === "{") return pairs("}");
    if (token.startsWith("$")) return variables[token.slice(1)];
    return token.startsWith('"') ? JSON.parse(token) : { true: true, false: false, null: null }[token];
  };
  const pairs = (end: string): Record<string, unknown> => {
    const found: Record<string, unknown> = {};
    while (peek() !== end) {
      const name = next();
      next(":");
      found[name] = value();
    }
    next(end);
    return found;
  };
  const selection = (): Selection => {
    let name = next();
    const alias = name;
    if (peek() === ":") {
      next();
      name = next();
    }
    let given = {};
    if (peek() === "(") {
      next();
      given = pairs(")");
    }
    return { name, alias, arguments: given, fields: peek() === "{" ? set() : [] };
  };
  const set = (): Selection[] => {
    next("{");
    const found: Selection[] = [];
    while (peek() !== "}") found.push(selection());
    next("}");
    return found;
  };

  next("mutation");
  while (peek() !== "{" && peek() !== "(") next();
  if (peek() === "(") while (next() !== ")");
  return set();
}
