/** Addresses of git remotes: which host, and which repository there. Anybody may have written them. */

export interface RepositoryPlace {
  /** Lower case; with a port where one was given for HTTPS. `github.com` under its other names too. */
  host: string;
  owner: string;
  repo: string;
}

export interface RemoteAddress extends RepositoryPlace {
  /** True when the host seems to be a name that only ~/.ssh/config knows, so that it may be any host. */
  isAlias: boolean;
}

const MAX_LENGTH = 1_000;

const HOST = "([a-z0-9](?:[a-z0-9._-]{0,252}[a-z0-9])?\\.?|\\[[0-9a-f:.]{2,45}\\])";
/** `scheme://user:password@host:port/path`: what stands before the last `@` of the authority is not looked at. */
const ADDRESS = new RegExp(
  `^(https?|ssh|git|git\\+ssh|ssh\\+git)://(?:[^/]*@)?${HOST}(?::(\\d{0,5}))?/+(.+)$`,
  "i",
);
/** `user@host:path`, and `[user@host:port]:path`. A single letter is a drive. */
const SCP = new RegExp(`^(?:[^/@:[\\]]+@)?${HOST}:(?!:|/{2})/?(.+)$`, "i");
const SCP_WITH_PORT = new RegExp(`^\\[(?:[^/@:[\\]]+@)?${HOST}:\\d{1,5}\\]:/?(.+)$`, "i");

/** What git takes for a path: `file://`, a drive, and what has no colon before a slash. */
const LOCAL = /^(?:file:\/\/|[a-z]:|[^:/]*(?:\/|$))/i;

const OWNER = /^[a-z0-9_][\w-]{0,99}$/i;
const REPO = /^(?!\.{1,2}$)[\w.-]{1,100}$/;

/**
 * The repository that a remote's address names; null for local paths, other schemes, and what no host takes for `owner/repo`.
 * On GitHub itself these two are the whole path; on other hosts a prefix may come before.
 */
export function readRemoteUrl(text: string): RemoteAddress | null {
  const [, scheme = "", given = "", port = "", path = ""] = readParts(text) ?? [];
  const host = plainHost(given);
  const name = readRepositoryName(path);
  if (name === null || (isGitHubCloud(host) && name.prefix.length > 0)) return null;
  // Ports of other schemes are not those of the API.
  const isUsual = scheme.toLowerCase() !== "https" || isGitHubCloud(host) || Number(port || 443) === 443;
  const isAlias = isAliasName(host, /ssh/i.test(scheme));
  return { host: isUsual ? host : `${host}:${port}`, owner: name.owner, repo: name.repo, isAlias };
}

/**
 * `work`, `github.com-work` and `work.github.com`, as people with several accounts name them; no network knows such names.
 * Numbers are addresses, also a single one.
 */
function isAliasName(host: string, isSsh: boolean): boolean {
  if (!isSsh || /^(?:\[|(?:0x[\da-f]+|\d+)$)/.test(host)) return false;
  if (host.endsWith(".github.com")) return host !== "gist.github.com";
  const last = host.slice(host.lastIndexOf(".") + 1);
  const isUnknown = last === host || (/[-_]/.test(last) && !last.startsWith("xn--"));
  return isUnknown && !isElsewhere(host);
}

/** In the order of ADDRESS: everything, scheme, host, port, path. */
function readParts(text: string): string[] | null {
  // No address has them, and programs disagree on what they mean.
  if (text.length > MAX_LENGTH || /[^\x21-\x7e]|[\\?#%]/.test(text)) return null;
  return ADDRESS.exec(text) ?? readShort(text);
}

function readShort(text: string): string[] | null {
  const [, host = "", path = ""] = SCP_WITH_PORT.exec(text) ?? SCP.exec(text) ?? [];
  return host.length > 1 ? [text, "ssh", host, "", path] : null;
}

/** `owner/repo`, with nothing before it; null for anything else. */
export function readOwnerAndRepo(text: string): { owner: string; repo: string } | null {
  const name = readRepositoryName(text);
  return name === null || name.prefix.length > 0 ? null : { owner: name.owner, repo: name.repo };
}

function readRepositoryName(path: string): { prefix: string[]; owner: string; repo: string } | null {
  const parts = path
    .replace(/\/{1,3}$/, "")
    .replace(/\.git$/i, "")
    .split("/");
  if (parts.length < 2 || parts.some((part) => !REPO.test(part))) return null;
  const [owner, repo] = [parts.at(-2)!, parts.at(-1)!];
  return OWNER.test(owner) ? { prefix: parts.slice(0, -2), owner, repo } : null;
}

/**
 * Where pushes would go instead of to this repository, in words without secrets; null where one of the addresses leads
 * there, or all are local paths. An address that cannot be read leads elsewhere.
 */
export function foreignTarget(addresses: readonly string[], own: RepositoryPlace): string | null {
  const name = ({ owner, repo }: RepositoryPlace) => `${owner}/${repo}`.toLowerCase();
  const isOwn = (target: RemoteAddress | null) =>
    target !== null && name(target) === name(own) && mayBeAt(own.host, target);
  const remote = addresses.filter((address) => !LOCAL.test(address));
  if (remote.length === 0 || remote.some((address) => isOwn(readRemoteUrl(address)))) return null;
  const target = readRemoteUrl(remote[0]!);
  if (target) return describePlace(target);
  const host = readParts(remote[0]!)?.[2];
  return host === undefined ? "an address that cannot be read" : `another place at ${plainHost(host)}`;
}

export function describePlace({ host, owner, repo }: RepositoryPlace): string {
  return `${owner}/${repo} at ${host}`;
}

/** True when a remote can be one of this host. What stands in for GitHub on this machine may have those of any. */
export function mayBeAt(host: string, { host: remote, isAlias }: RemoteAddress): boolean {
  const [here, there] = [host, remote].map((name) => name.toLowerCase().replace(/:\d+$/, "")) as [
    string,
    string,
  ];
  return isAlias || isLoopback(here) || there === here || there === `ssh.${here}`;
}

/** True for this machine's own names, without a port. */
export function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(host);
}

function plainHost(text: string): string {
  const host = text.toLowerCase().replace(/\.$/, "");
  return host === "ssh.github.com" || host === "www.github.com" ? "github.com" : host;
}

/** A host name as variables of the environment give it, with or without `https://`; null for anything else. */
export function readHostName(text: string): string | null {
  const match = new RegExp(`^(?:https?://)?${HOST}(:\\d{1,5})?/?$`, "i").exec(text);
  return match && `${plainHost(match[1]!)}${match[2] === ":443" ? "" : (match[2] ?? "")}`;
}

/** github.com, and the hosts of GitHub Enterprise Cloud with data residency. */
export function isGitHubCloud(host: string): boolean {
  return host === "github.com" || /^[a-z0-9-]+\.ghe\.com$/.test(host);
}

const ELSEWHERE = [
  "github.com", // gist.github.com and the like; github.com itself is asked for before.
  "ghe.com",
  "amazonaws.com",
  "azure.com",
  "bitbucket.org",
  "codeberg.org",
  "framagit.org",
  "gitea.com",
  "gitee.com",
  "gitlab.com",
  "googlesource.com",
  "hf.co",
  "huggingface.co",
  "kernel.org",
  "launchpad.net",
  "notabug.org",
  "pagure.io",
  "salsa.debian.org",
  "savannah.gnu.org",
  "sourceforge.net",
  "sr.ht",
  "visualstudio.com",
];

/** Hosts that are known for something other than GitHub, by their names. Any other may be GitHub Enterprise. */
export function isElsewhere(host: string): boolean {
  if (isGitHubCloud(host)) return false;
  const name = host.replace(/:\d+$/, "");
  return (
    ELSEWHERE.some((other) => name === other || name.endsWith(`.${other}`)) ||
    /(?:^|[.-])(?:gitlab|bitbucket|gitea|forgejo|gerrit|gogs)(?:[.-]|$)/.test(name)
  );
}

/** Where the host's API is, without a slash at the end. */
export function apiUrlOf(host: string): string {
  return isGitHubCloud(host) ? `https://api.${host}` : `https://${host}/api/v3`;
}

/** The GraphQL API beside a REST API, as a base for `/graphql`. */
export function graphqlBaseOf(apiUrl: string): string {
  return apiUrl.replace(/\/v3$/, "");
}
