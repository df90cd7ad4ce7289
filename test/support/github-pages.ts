/** Pages of lists as GitHub sends them: `Link` headers with the repository's id, and cursors for issues. */
import { type Answer, type GitHubRequest, json } from "./github-answers.ts";
import type { World } from "./github-world.ts";

/** One page of the items. `path` is below the repository. */
export function page(
  world: World,
  request: GitHubRequest,
  path: string,
  items: readonly unknown[],
  { cursors = false } = {},
): Answer {
  const size = Math.min(100, Math.max(1, Number.parseInt(request.query.per_page ?? "", 10) || 30));
  const asked = request.query.after ?? request.query.before;
  const number = asked === undefined ? pageNumber(request.query.page) : fromCursor(asked);
  const last = Math.max(1, Math.ceil(items.length / size));
  const link = (target: number, rel: string): string => {
    const query = new URLSearchParams(request.query);
    for (const name of ["after", "before", "page"]) query.delete(name);
    if (cursors) query.set(rel === "prev" ? "before" : "after", toCursor(target));
    query.set("page", String(target));
    const address = `${world.apiUrl}/repositories/${world.backend.repository.id}${path}?${query}`;
    world.links.add(address);
    // A client may go on under the repository's name.
    world.links.add(`${world.apiUrl}${world.top}${path}?${query}`);
    return `<${address}>; rel="${rel}"`;
  };
  const links = [
    ...(number > 1 ? [link(number - 1, "prev")] : []),
    ...(number < last ? [link(number + 1, "next")] : []),
    ...(number < last && !cursors ? [link(last, "last")] : []),
    ...(number > 1 && !cursors ? [link(1, "first")] : []),
  ];
  const found = items.slice((number - 1) * size, number * size);
  return json(200, found, links.length > 0 ? { link: links.join(", ") } : {});
}

function pageNumber(text: string | undefined): number {
  return Math.max(1, Number.parseInt(text ?? "", 10) || 1);
}

function toCursor(number: number): string {
  return Buffer.from(`cursor:v2:${number}`).toString("base64");
}

function fromCursor(cursor: string): number {
  return pageNumber(Buffer.from(cursor, "base64").toString("latin1").split(":")[2]);
}
