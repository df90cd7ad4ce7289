/** Which repository and which token, from real variables, real git and programs called gh. */
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { GitHubFailure, openGitHub } from "../../src/workspace/github.ts";
import { findToken } from "../../src/workspace/github-credentials.ts";
import { findRepository } from "../../src/workspace/github-repository.ts";
import { git, gitProject } from "../support/git.ts";
import { project } from "../support/project.ts";

const VARIABLES = [
  ...["GITHUB_TOKEN", "GH_TOKEN", "GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"],
  ...["GITHUB_REPOSITORY", "GITHUB_API_URL", "GITHUB_SERVER_URL", "GH_HOST"],
];
const FOREVER = new AbortController().signal;

beforeEach(() => {
  for (const name of VARIABLES) vi.stubEnv(name, "");
});
afterEach(() => {
  vi.unstubAllEnvs();
});

function environment(variables: Record<string, string>): void {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
}

function withOrigin(url: string): string {
  const root = gitProject({});
  git(root, "remote", "add", "origin", url);
  return root;
}

async function failure(work: Promise<unknown>): Promise<GitHubFailure> {
  const error = await work.then(
    () => expect.fail("it did not fail"),
    (thrown) => thrown,
  );
  expect(error).toBeInstanceOf(GitHubFailure);
  return error;
}

describe("the repository", () => {
  test.each([
    ["https://github.com/acme/chat.git", "github.com", "https://api.github.com", true],
    ["git@github.com:acme/chat.git", "github.com", "https://api.github.com", true],
    ["ssh://git@ssh.github.com:443/acme/chat", "github.com", "https://api.github.com", true],
    ["https://acme.ghe.com/acme/chat", "acme.ghe.com", "https://api.acme.ghe.com", true],
    ["git@ghe.example.com:acme/chat", "ghe.example.com", "https://ghe.example.com/api/v3", false],
    ["https://git/acme/chat.git", "git", "https://git/api/v3", false],
    ["https://[2001:db8::1]/acme/chat", "[2001:db8::1]", "https://[2001:db8::1]/api/v3", false],
    [
      "https://ghe.example.com:8443/acme/chat",
      "ghe.example.com:8443",
      "https://ghe.example.com:8443/api/v3",
      false,
    ],
  ])("of origin %s", async (url, host, apiUrl, isHostTrusted) => {
    const found = await findRepository(withOrigin(url));
    expect(found).toEqual({ host, owner: "acme", repo: "chat", apiUrl, isHostTrusted });
  });

  test("git resolves insteadOf", async () => {
    const root = withOrigin("work:acme/chat");
    git(root, "config", "url.https://github.com/.insteadOf", "work:");
    expect(await findRepository(root)).toMatchObject({ host: "github.com", owner: "acme", repo: "chat" });
  });

  test("of a project below the top of its work tree", async () => {
    const root = gitProject({ "app/.planning/ROADMAP.md": "# Roadmap\n" });
    git(root, "remote", "add", "origin", "git@github.com:acme/chat.git");
    expect(await findRepository(join(root, "app"))).toMatchObject({ owner: "acme", repo: "chat" });
  });

  test.each([
    ["https://gitlab.com/acme/chat.git", "gitlab.com, which is not GitHub"],
    ["git@bitbucket.org:acme/chat.git", "bitbucket.org, which is not GitHub"],
    ["https://user:secret@gitlab.example.com/acme/chat", "gitlab.example.com, which is not GitHub"],
    ["https://gist.github.com/acme/0123abcd", "gist.github.com, which is not GitHub"],
    ["/srv/git/chat.git", "no address of a repository"],
    ["https://user:secret@github.com/acme", "no address of a repository"],
    ["git@work:acme/chat", "at work, which is a name that only ssh may know"],
    ["git@github.com-work:acme/chat", "at github.com-work, which is a name that only ssh may know"],
    ["git@work.github.com:acme/chat", "only ssh may know; GITHUB_REPOSITORY=owner/repo"],
    ["git@gitlab.com-work:acme/chat", "gitlab.com-work, which is not GitHub"],
  ])("none at origin %s", async (url, words) => {
    const { reason, message } = await failure(findRepository(withOrigin(url)));
    expect(reason).toBe("no_remote");
    expect(message).toContain(words);
    expect(message).not.toContain("secret");
  });

  test("none without a remote, and without a git repository", async () => {
    expect(await failure(findRepository(gitProject({})))).toMatchObject({ reason: "no_remote" });
    expect(await failure(findRepository(project({})))).toMatchObject({ reason: "no_remote" });
  });

  test("GITHUB_REPOSITORY comes first, on the host that is named or that origin is at", async () => {
    environment({ GITHUB_REPOSITORY: "other/name" });
    const other = { owner: "other", repo: "name" };
    const elsewhere = withOrigin("https://gitlab.com/acme/chat");
    expect(await findRepository(elsewhere)).toMatchObject({
      ...other,
      host: "github.com",
      isHostTrusted: true,
    });
    const enterprise = withOrigin("git@ghe.example.com:acme/chat");
    const there = { ...other, host: "ghe.example.com", apiUrl: "https://ghe.example.com/api/v3" };
    expect(await findRepository(enterprise)).toMatchObject({ ...there, isHostTrusted: false });
    environment({ GH_HOST: "ghe.example.com" });
    expect(await findRepository(elsewhere)).toMatchObject({ ...there, isHostTrusted: true });
    environment({ GITHUB_SERVER_URL: "https://github.com" });
    expect(await findRepository(enterprise)).toMatchObject({ ...other, host: "github.com" });
    expect(await findRepository(project({}))).toMatchObject(other);
  });

  test.each(["https://git/acme/chat", "https://[2001:db8::1]/acme/chat", "git@3232235777:acme/chat"])(
    "%s is at its own host, which nothing but the environment makes a trusted one",
    async (url) => {
      environment({ GITHUB_REPOSITORY: "acme/chat" });
      const host = /git@(.*):|\/\/([^/]+)\//.exec(url)!.slice(1).find(Boolean)!;
      const found = await findRepository(withOrigin(url));
      expect(found).toMatchObject({ host, apiUrl: `https://${host}/api/v3`, isHostTrusted: false });
      environment({ GH_HOST: "git" });
      expect(await findRepository(withOrigin(url))).toMatchObject({ host: "git", isHostTrusted: true });
      environment({ GH_HOST: "", GITHUB_REPOSITORY: "", GITHUB_API_URL: "https://api.github.com" });
      expect(await failure(findRepository(withOrigin(url)))).toMatchObject({ reason: "no_remote" });
    },
  );

  test.each(["git@github.com-work:acme/chat", "git@work.github.com:acme/chat", "git@work:acme/chat"])(
    "%s is at the host that the environment names, else at github.com",
    async (url) => {
      const root = withOrigin(url);
      const cloud = { host: "github.com", apiUrl: "https://api.github.com", isHostTrusted: true };
      environment({ GITHUB_REPOSITORY: "acme/chat" });
      expect(await findRepository(root)).toMatchObject(cloud);
      environment({ GH_HOST: "ghe.example.com" });
      expect(await findRepository(root)).toMatchObject({ host: "ghe.example.com" });
      environment({ GITHUB_REPOSITORY: "", GH_HOST: "", GITHUB_API_URL: "https://api.github.com" });
      expect(await findRepository(root)).toEqual({ ...cloud, owner: "acme", repo: "chat" });
    },
  );

  test.each(["chat", "a/b/c", "https://github.com/a/b", "a/..", "a b/c", "-a/b"])(
    "GITHUB_REPOSITORY %j is refused",
    async (text) => {
      environment({ GITHUB_REPOSITORY: text });
      const { reason, message } = await failure(findRepository(withOrigin("git@github.com:acme/chat")));
      expect(reason).toBe("no_remote");
      expect(message).toContain("must be owner/repo");
    },
  );

  test("GITHUB_REPOSITORY is not repeated: an address may have a secret in it", async () => {
    environment({ GITHUB_REPOSITORY: "https://x:ghp_SECRET0123456789@github.com/acme/chat" });
    const { message } = await failure(findRepository(project({})));
    expect(message).not.toMatch(/SECRET|https|github\.com/);
  });
});

describe("the API", () => {
  test.each([
    ["https://api.github.com", "git@github.com:acme/chat", "https://api.github.com"],
    ["https://api.github.com/", "git@github.com:acme/chat", "https://api.github.com"],
    ["https://ghe.example.com/api/v3/", "git@ghe.example.com:acme/chat", "https://ghe.example.com/api/v3"],
    ["https://ghe.example.com/api/v3", "git@ssh.ghe.example.com:acme/chat", "https://ghe.example.com/api/v3"],
    ["https://ghe.example.com/api/v3", "git@work:acme/chat", "https://ghe.example.com/api/v3"],
    ["http://127.0.0.1:4001", "git@github.com:acme/chat", "http://127.0.0.1:4001"],
    ["http://localhost:4001/api/v3", "https://ghe.example.com/acme/chat", "http://localhost:4001/api/v3"],
    ["http://[::1]:4001", "https://acme.ghe.com/acme/chat", "http://[::1]:4001"],
  ])("GITHUB_API_URL %s", async (given, origin, apiUrl) => {
    environment({ GITHUB_API_URL: given });
    const found = await findRepository(withOrigin(origin));
    expect(found).toMatchObject({ owner: "acme", repo: "chat", apiUrl, isHostTrusted: true });
  });

  test.each([
    "http://api.github.com",
    "http://ghe.example.com/api/v3",
    "http://127.0.0.1.evil.example",
    "http://localhost.evil.example",
    "ftp://api.github.com",
    "api.github.com",
    "https://user:secret@api.github.com",
    "https://api.github.com?token=secret",
    "https://api.github.com#x",
    "https://",
  ])("GITHUB_API_URL %s is refused", async (given) => {
    environment({ GITHUB_API_URL: given, GITHUB_REPOSITORY: "acme/chat" });
    const { reason, message } = await failure(findRepository(project({})));
    expect(reason).toBe("no_remote");
    expect(message).toContain("GITHUB_API_URL");
    expect(message).not.toContain("secret");
  });

  test.each([
    ["https://api.github.com", "git@ghe.example.com:acme/chat"],
    ["https://ghe.example.com/api/v3", "git@github.com:acme/chat"],
    ["https://api.acme.ghe.com", "git@github.com:acme/chat"],
  ])("%s does not stand for a repository of %s", async (api, origin) => {
    environment({ GITHUB_API_URL: api });
    const { reason, message } = await failure(findRepository(withOrigin(origin)));
    expect(reason).toBe("no_remote");
    expect(message).toContain("GITHUB_REPOSITORY=owner/repo");
    environment({ GITHUB_REPOSITORY: "acme/chat" });
    expect(await findRepository(withOrigin(origin))).toMatchObject({ apiUrl: api });
  });
});

/** A program called gh, first in PATH. */
function gh(script: string): string {
  const directory = project({});
  writeFileSync(join(directory, "gh"), `#!/bin/sh\n${script}\n`);
  chmodSync(join(directory, "gh"), 0o755);
  vi.stubEnv("PATH", `${directory}${delimiter}${process.env.PATH}`);
  return directory;
}

describe("the token", () => {
  const CLOUD = {
    host: "github.com",
    owner: "a",
    repo: "b",
    apiUrl: "https://api.github.com",
    isHostTrusted: true,
  };
  const NAMED = { ...CLOUD, host: "ghe.example.com", apiUrl: "https://ghe.example.com/api/v3" };
  const UNKNOWN = { ...NAMED, isHostTrusted: false };

  test("of the environment, in order; empty ones do not count", async () => {
    gh("echo of-gh");
    environment({ GITHUB_TOKEN: "first", GH_TOKEN: "second" });
    expect(await findToken(CLOUD, FOREVER)).toBe("first");
    environment({ GITHUB_TOKEN: "" });
    expect(await findToken(CLOUD, FOREVER)).toBe("second");
    environment({ GH_TOKEN: " " });
    expect(await findToken(CLOUD, FOREVER)).toBe("of-gh");
  });

  test("those for Enterprise come first there, and are for no other host", async () => {
    gh("exit 1");
    environment({ GITHUB_TOKEN: "own", GH_ENTERPRISE_TOKEN: "enterprise" });
    expect(await findToken(NAMED, FOREVER)).toBe("enterprise");
    expect(await findToken(CLOUD, FOREVER)).toBe("own");
    environment({ GH_ENTERPRISE_TOKEN: "" });
    expect(await findToken(NAMED, FOREVER)).toBe("own");
  });

  test("none of the environment goes to a host that only a remote names", async () => {
    environment({ GITHUB_TOKEN: "a", GH_TOKEN: "b", GH_ENTERPRISE_TOKEN: "c", GITHUB_ENTERPRISE_TOKEN: "d" });
    gh("exit 1");
    const { reason, message } = await failure(findToken(UNKNOWN, FOREVER));
    expect(reason).toBe("no_token");
    expect(message).toContain("gh auth login --hostname ghe.example.com");
    gh('test "$*" = "auth token --hostname ghe.example.com" && echo known');
    expect(await findToken(UNKNOWN, FOREVER)).toBe("known");
    environment({ GH_HOST: "ghe.example.com" });
    const root = withOrigin("git@ghe.example.com:acme/chat");
    expect(await findToken(await findRepository(root), FOREVER)).toBe("c");
  });

  test.each([
    "two words",
    "line\nbreak",
    "carriage\rreturn",
    "tab\tbed",
    "trailing\n",
    "ümlaut",
    "nul\u0001",
    "x".repeat(5_000),
  ])("%j is no token", async (token) => {
    gh("echo of-gh");
    environment({ GITHUB_TOKEN: token });
    const { reason, message } = await failure(findToken(CLOUD, FOREVER));
    expect(reason).toBe("no_token");
    expect(message).toContain("GITHUB_TOKEN");
    expect(message).not.toContain(token.trim());
  });

  test.each([
    ["is not there", null],
    ["says no", "echo no oauth token found >&2; exit 1"],
    ["says nothing", "exit 0"],
    ["prints blanks", "echo '  '"],
    ["prints too much", "head -c 200000 /dev/zero | tr '\\0' x"],
    ["prints a page", "echo 'Please log in first'"],
  ])("none when gh %s", async (_, script) => {
    if (script === null) vi.stubEnv("PATH", project({}));
    else gh(script);
    expect(await failure(findToken(CLOUD, FOREVER))).toMatchObject({ reason: "no_token" });
  });

  test("gh gets no token and is started outside of the project", async () => {
    const directory = gh('env > "$(dirname "$0")/environment"; pwd > "$(dirname "$0")/place"; echo of-gh');
    environment({
      GITHUB_TOKEN: " ",
      GITHUB_ENTERPRISE_TOKEN: "secret-1",
      SECRET: "secret-2",
      GH_CONFIG_DIR: "/settings",
    });
    expect(await findToken(CLOUD, FOREVER)).toBe("of-gh");
    const lines = readFileSync(join(directory, "environment"), "utf8");
    expect(lines).toContain("GH_CONFIG_DIR=/settings");
    expect(lines).not.toMatch(/secret|TOKEN/);
    expect(readFileSync(join(directory, "place"), "utf8")).toBe("/\n");
  });

  test("a gh that hangs is ended with the call", async () => {
    const directory = gh('touch "$(dirname "$0")/started"; exec sleep 60');
    const call = new AbortController();
    const found = findToken(CLOUD, call.signal);
    await vi.waitFor(() => expect(existsSync(join(directory, "started"))).toBe(true), 5_000);
    call.abort();
    await expect(found).rejects.toBe(call.signal.reason);
  });

  test("nothing is opened without one, and nothing is asked", async () => {
    gh("exit 1");
    const work = openGitHub(withOrigin("git@github.com:acme/chat"), { signal: FOREVER });
    expect(await failure(work)).toMatchObject({ reason: "no_token" });
  });
});
