/** Which repository on which host, from the environment and the `origin` remote. Nothing is asked over the network. */
import {
  apiUrlOf,
  isElsewhere,
  isGitHubCloud,
  isLoopback,
  mayBeAt,
  type RepositoryPlace,
  readHostName,
  readOwnerAndRepo,
  readRemoteUrl,
} from "../domain/remote-url.ts";
import { isInRepository, runGit } from "./git.ts";
import { GitHubFailure } from "./github-failure.ts";

export interface GitHubRepository {
  host: string;
  owner: string;
  repo: string;
  /** Without a slash at the end. */
  apiUrl: string;
}

export interface FoundRepository extends GitHubRepository {
  /**
   * True when GitHub itself has it, or when the environment names the host. Tokens of the environment go nowhere else:
   * anybody can write a remote's address.
   */
  isHostTrusted: boolean;
}

/** A variable of the environment; an empty one counts as absent. */
export function variable(name: string): string | null {
  const value = process.env[name]?.trim() ?? "";
  return value === "" ? null : value;
}

/** `GITHUB_REPOSITORY`, else `origin`; the API at `GITHUB_API_URL`, else where the host has it. Throws `no_remote`. */
export async function findRepository(root: string): Promise<FoundRepository> {
  const api = readApiUrl();
  const named = variable("GITHUB_REPOSITORY");
  const repository =
    named === null ? await repositoryOfOrigin(root, api) : await repositoryNamed(named, root, api);
  if (api !== null) return { ...repository, apiUrl: api.url, isHostTrusted: true };
  const isHostTrusted = isGitHubCloud(repository.host) || hostsNamed().includes(repository.host);
  return { ...repository, apiUrl: apiUrlOf(repository.host), isHostTrusted };
}

async function repositoryNamed(named: string, root: string, api: Api | null): Promise<RepositoryPlace> {
  const name = readOwnerAndRepo(named);
  if (name === null) {
    throw new GitHubFailure("no_remote", "GITHUB_REPOSITORY is not usable; it must be owner/repo.");
  }
  const host = hostsNamed()[0] ?? api?.host ?? (await hostOfOrigin(root)) ?? "github.com";
  return { host, ...name };
}

async function repositoryOfOrigin(root: string, api: Api | null): Promise<RepositoryPlace> {
  const url = await originUrl(root);
  if (url === null) throw new GitHubFailure("no_remote", "The project has no git remote named origin.");
  const remote = readRemoteUrl(url);
  if (remote === null || (isElsewhere(remote.host) && !remote.isAlias)) {
    const place =
      remote === null ? "no address of a repository on GitHub" : `at ${remote.host}, which is not GitHub`;
    throw new GitHubFailure("no_remote", `The remote origin is ${place}.`);
  }
  const hint = "GITHUB_REPOSITORY=owner/repo says which repository is meant";
  const { host, owner, repo, isAlias } = remote;
  if (api !== null && !mayBeAt(api.host, remote)) {
    const message = `The remote origin is at ${host}, and GITHUB_API_URL is that of ${api.host}; ${hint}.`;
    throw new GitHubFailure("no_remote", message);
  }
  if (api === null && isAlias && !hostsNamed().includes(host)) {
    const where = "on github.com where GH_HOST names no other host";
    const message = `The remote origin is at ${host}, which is a name that only ssh may know; ${hint}, ${where}.`;
    throw new GitHubFailure("no_remote", message);
  }
  return { host: api !== null && isAlias ? api.host : host, owner, repo };
}

/** The address as git itself resolves it, `insteadOf` included; null without one. */
async function originUrl(root: string): Promise<string | null> {
  if (!isInRepository(root)) return null;
  const { code, stdout } = await runGit(root, ["remote", "get-url", "origin"]);
  return code === 0 ? stdout.replace(/\r?\n$/, "") : null;
}

async function hostOfOrigin(root: string): Promise<string | null> {
  const remote = readRemoteUrl((await originUrl(root)) ?? "");
  return remote === null || remote.isAlias || isElsewhere(remote.host) ? null : remote.host;
}

/** Hosts that the environment names beside the API's own. */
function hostsNamed(): string[] {
  const names = [variable("GITHUB_SERVER_URL"), variable("GH_HOST")];
  return names.map((name) => readHostName(name ?? "")).filter((host) => host !== null);
}

interface Api {
  url: string;
  /** The host whose API it is. */
  host: string;
}

/** Plain HTTP only to this machine: the token travels in it. */
function readApiUrl(): Api | null {
  const given = variable("GITHUB_API_URL");
  if (given === null) return null;
  const url = URL.canParse(given) ? new URL(given) : null;
  const isSafe = url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url.hostname));
  if (url === null || !isSafe || `${url.username}${url.password}${url.search}${url.hash}` !== "") {
    const right = "an https address, without user, query or fragment";
    throw new GitHubFailure("no_remote", `GITHUB_API_URL is not usable; it must be ${right}.`);
  }
  const host = url.host.replace(/^api\.(?=github\.com$|[a-z0-9-]+\.ghe\.com$)/, "");
  return { url: `${url.origin}${url.pathname.replace(/\/+$/, "")}`, host };
}
