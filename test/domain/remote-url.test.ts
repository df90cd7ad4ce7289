import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  apiUrlOf,
  foreignTarget,
  graphqlBaseOf,
  isElsewhere,
  isGitHubCloud,
  readHostName,
  readOwnerAndRepo,
  readRemoteUrl,
} from "../../src/domain/remote-url.ts";

const GITHUB = { host: "github.com", owner: "acme", repo: "chat" };
const ENTERPRISE = { ...GITHUB, host: "ghe.example.com" };

describe("addresses of remotes", () => {
  test.each([
    "https://github.com/acme/chat.git",
    "https://github.com/acme/chat",
    "https://github.com/acme/chat/",
    "https://github.com/acme/chat.git/",
    "HTTPS://GitHub.com/acme/chat.GIT",
    "https://github.com:443/acme/chat.git",
    "https://www.github.com/acme/chat",
    "https://github.com./acme/chat",
    "https://user@github.com/acme/chat.git",
    "https://user:secret@github.com/acme/chat.git",
    "https://x-access-token:gh@s_1@github.com/acme/chat.git",
    "https://evil.example.com@github.com/acme/chat",
    "http://github.com/acme/chat.git",
    "git://github.com/acme/chat.git",
    "git://github.com:9418/acme/chat",
    "ssh://git@github.com/acme/chat.git",
    "ssh://git@github.com:22/acme/chat.git",
    "ssh://git@ssh.github.com:443/acme/chat.git",
    "git+ssh://git@github.com/acme/chat.git",
    "ssh+git://git@github.com/acme/chat.git",
    "git@github.com:acme/chat.git",
    "git@github.com:acme/chat",
    "git@github.com:/acme/chat.git",
    "github.com:acme/chat.git",
    "git@ssh.github.com:acme/chat.git",
    "[git@github.com:22]:acme/chat.git",
    "org-123@github.com:acme/chat.git",
  ])("%s is on GitHub", (text) => {
    expect(readRemoteUrl(text)).toEqual({ ...GITHUB, isAlias: false });
  });

  test.each([
    ["https://ghe.example.com/acme/chat.git", ENTERPRISE],
    ["git@ghe.example.com:acme/chat.git", ENTERPRISE],
    ["ssh://git@ghe.example.com:2222/acme/chat.git", ENTERPRISE],
    ["http://ghe.example.com:8080/acme/chat.git", ENTERPRISE],
    ["https://ghe.example.com:8443/acme/chat.git", { ...ENTERPRISE, host: "ghe.example.com:8443" }],
    ["https://ghe.example.com/git/acme/chat.git", ENTERPRISE],
    ["git@ghe.example.com:git/acme/chat.git", ENTERPRISE],
    ["https://acme.ghe.com/acme/chat", { ...GITHUB, host: "acme.ghe.com" }],
    ["acme@acme.ghe.com:acme/chat.git", { ...GITHUB, host: "acme.ghe.com" }],
    ["http://127.0.0.1:3000/acme/chat.git", { ...GITHUB, host: "127.0.0.1" }],
    ["https://github.com/acme_corp/.github", { host: "github.com", owner: "acme_corp", repo: ".github" }],
    ["https://github.com/acme/chat.github.io.git", { ...GITHUB, repo: "chat.github.io" }],
    ["https://github.com/acme/chat.git.git", { ...GITHUB, repo: "chat.git" }],
    // The host is what stands behind the last @.
    ["https://github.com@ghe.example.com/acme/chat", ENTERPRISE],
    ["https://github.com:x@ghe.example.com/acme/chat", ENTERPRISE],
    ["git@github.com.evil.example:acme/chat", { ...GITHUB, host: "github.com.evil.example" }],
    // None of these is a name that only ssh knows.
    ["https://[::1]:3000/acme/chat.git", { ...GITHUB, host: "[::1]:3000" }],
    ["https://git/acme/chat.git", { ...GITHUB, host: "git" }],
    ["https://backup:8443/acme/chat", { ...GITHUB, host: "backup:8443" }],
    ["git://github/acme/chat", { ...GITHUB, host: "github" }],
    ["git@[2001:db8::1]:acme/chat", { ...GITHUB, host: "[2001:db8::1]" }],
    ["[git@[2001:db8::1]:22]:acme/chat", { ...GITHUB, host: "[2001:db8::1]" }],
    ["ssh://git@[2001:db8::1]:22/acme/chat", { ...GITHUB, host: "[2001:db8::1]" }],
    ["ssh://git@3232235777/acme/chat", { ...GITHUB, host: "3232235777" }],
    ["git@0XC0A80101:acme/chat", { ...GITHUB, host: "0xc0a80101" }],
    ["https://github.com-work/acme/chat", { ...GITHUB, host: "github.com-work" }],
    ["https://work.github.com/acme/chat", { ...GITHUB, host: "work.github.com" }],
    ["git@gist.github.com:acme/chat", { ...GITHUB, host: "gist.github.com" }],
    ["git@gitlab.com-work:acme/chat", { ...GITHUB, host: "gitlab.com-work" }],
    ["git@gitlab:acme/chat", { ...GITHUB, host: "gitlab" }],
    ["git@git.example.xn--p1ai:acme/chat", { ...GITHUB, host: "git.example.xn--p1ai" }],
    ["git@my-git.example-corp.com:acme/chat", { ...GITHUB, host: "my-git.example-corp.com" }],
    ["git@10.0.0.7:acme/chat", { ...GITHUB, host: "10.0.0.7" }],
  ])("%s", (text, address) => {
    expect(readRemoteUrl(text)).toEqual({ ...address, isAlias: false });
  });

  test.each([
    ["git@work:acme/chat.git", "work"],
    ["git@github.com-work:acme/chat.git", "github.com-work"],
    ["ssh://git@github.com-work/acme/chat.git", "github.com-work"],
    ["git@github.com_work:acme/chat.git", "github.com_work"],
    ["git@work_1:acme/chat.git", "work_1"],
    ["git@work.github.com:acme/chat.git", "work.github.com"],
    ["git+ssh://git@work.github.com:22/acme/chat.git", "work.github.com"],
    ["git@acme.ghe.com-work:acme/chat.git", "acme.ghe.com-work"],
  ])("%s is known to ssh alone", (text, host) => {
    expect(readRemoteUrl(text)).toEqual({ ...GITHUB, host, isAlias: true });
  });

  test.each([
    "",
    "acme/chat",
    "github.com/acme/chat",
    "/srv/git/acme/chat.git",
    "../acme/chat.git",
    "./github.com:acme/chat",
    "file:///srv/git/acme/chat.git",
    "C:/acme/chat.git",
    "C:\\acme\\chat",
    "https://github.com",
    "https://github.com/",
    "https://github.com/acme",
    "https://github.com/acme/",
    "https://github.com//chat",
    "https://github.com/acme/chat/tree/main",
    "https://github.com/acme/.git",
    "https://github.com/../chat",
    "https://github.com/acme/..",
    "https://github.com/x/../acme/chat",
    "https://github.com/acme/chat?x=1",
    "https://github.com/acme/chat#readme",
    "https://evil.example#@github.com/acme/chat",
    "https://evil.example?@github.com/acme/chat",
    "https://evil.example\\@github.com/acme/chat",
    "https://github.com/acme/%2e%2e",
    "https://github.com/acme/chat x",
    "https://github.com/acme/chat\nhttps://evil.example/a/b",
    "https://github.com\u0000.evil.example/acme/chat",
    "https://gіthub.com/acme/chat",
    "https://-github.com/acme/chat",
    "https:///acme/chat",
    "https://github.com:port/acme/chat",
    "ftp://github.com/acme/chat",
    "javascript://github.com/acme/chat",
    "ext::sh -c touch% /tmp/x",
    "ext::github.com/acme/chat",
    "--upload-pack=x:acme/chat",
    "git@github.com:~acme/chat",
    "git@github.com:22/acme/chat.git",
    "git@-oProxyCommand=x:acme/chat",
    "https://github.com/-acme/chat",
    `https://github.com/acme/${"x".repeat(101)}`,
    `https://github.com/${"x".repeat(2_000)}/chat`,
  ])("%j is none of GitHub's", (text) => {
    expect(readRemoteUrl(text)).toBeNull();
  });

  test("whatever is written, the answer is a plain name or nothing, and soon", () => {
    const pieces = fc.array(
      fc.constantFrom(
        "https://",
        "ssh://",
        "git@",
        "github.com",
        ":",
        "/",
        "@",
        ".",
        "..",
        "acme",
        "[",
        "]",
        "443",
        "%",
        "\\",
        ".git",
      ),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          pieces.map((words) => words.join("")),
        ),
        (text) => {
          const address = readRemoteUrl(text);
          if (address === null) return;
          expect(address.host).toMatch(/^(?:[a-z0-9][a-z0-9._-]*|\[[0-9a-f:.]+\])(?::\d+)?$/);
          expect(`${address.owner}/${address.repo}`).toMatch(/^\w[\w-]*\/[\w.-]+$/);
          expect([".", ".."]).not.toContain(address.repo);
        },
      ),
    );
    const start = performance.now();
    for (const piece of ["a.", "a-", "a@", ":", "/a", "[", "git+"])
      readRemoteUrl(`https://${piece.repeat(400)}`);
    expect(performance.now() - start).toBeLessThan(3_000);
  });
});

test.each([
  ["acme/chat", { owner: "acme", repo: "chat" }],
  ["Acme-1/chat.js", { owner: "Acme-1", repo: "chat.js" }],
  ["chat", null],
  ["github.com/acme/chat", null],
  ["https://github.com/acme/chat", null],
  ["acme/chat/", { owner: "acme", repo: "chat" }],
  ["acme/chat\n", null],
  ["acme/../x", null],
  ["acme/ch at", null],
])("owner and repository of %j", (text, name) => {
  expect(readOwnerAndRepo(text)).toEqual(name);
});

test.each([
  ["github.com", "github.com"],
  ["https://github.com", "github.com"],
  ["https://GHE.example.com/", "ghe.example.com"],
  ["ghe.example.com:8443", "ghe.example.com:8443"],
  ["https://ghe.example.com:443", "ghe.example.com"],
  ["", null],
  ["ghe example", null],
  ["https://ghe.example.com/path", null],
])("host name %j", (text, host) => {
  expect(readHostName(text)).toBe(host);
});

test.each([
  ["github.com", true, false],
  ["acme.ghe.com", true, false],
  ["ghe.com", false, true],
  ["a.b.ghe.com", false, true],
  ["gist.github.com", false, true],
  ["gitlab.com", false, true],
  ["gitlab.example.com", false, true],
  ["my-gitlab.example.com", false, true],
  ["bitbucket.org", false, true],
  ["altssh.bitbucket.org", false, true],
  ["ssh.dev.azure.com", false, true],
  ["acme.visualstudio.com", false, true],
  ["codeberg.org", false, true],
  ["git.sr.ht", false, true],
  ["git-codecommit.eu-west-1.amazonaws.com", false, true],
  ["ghe.example.com", false, false],
  ["ghe.example.com:8443", false, false],
  ["github.com.evil.example", false, false],
  ["notgithub.com", false, false],
  ["gitlabs.example.com", false, false],
])("%s", (host, isCloud, isOther) => {
  expect([isGitHubCloud(host), isElsewhere(host)]).toEqual([isCloud, isOther]);
});

test.each([
  ["github.com", "https://api.github.com", "https://api.github.com"],
  ["acme.ghe.com", "https://api.acme.ghe.com", "https://api.acme.ghe.com"],
  ["ghe.example.com", "https://ghe.example.com/api/v3", "https://ghe.example.com/api"],
  ["ghe.example.com:8443", "https://ghe.example.com:8443/api/v3", "https://ghe.example.com:8443/api"],
])("the API of %s", (host, rest, graphql) => {
  expect(apiUrlOf(host)).toBe(rest);
  expect(graphqlBaseOf(rest)).toBe(graphql);
});

describe("where pushes go", () => {
  test.each([
    [GITHUB, ["git@github.com:acme/chat.git"]],
    [GITHUB, ["https://x:y@GitHub.com/Acme/Chat"]],
    [GITHUB, ["ssh://git@ssh.github.com:443/acme/chat.git"]],
    [GITHUB, ["git@work:acme/chat.git"]],
    [GITHUB, ["git@github.com-work:acme/chat.git"]],
    [GITHUB, ["ssh://git@work.github.com/acme/chat.git"]],
    [GITHUB, ["git@github_work:Acme/Chat.git"]],
    [GITHUB, ["/srv/git/other.git"]],
    [GITHUB, ["file:///srv/git/other.git", "../bare"]],
    [GITHUB, ["./a:b/acme/chat", "C:/acme/other", "c:\\git\\other", "bare"]],
    [GITHUB, ["ssh://git@evil.example/~acme/chat", "git@github.com:acme/chat"]],
    [GITHUB, []],
    [GITHUB, ["https://gitlab.com/acme/chat.git", "https://github.com/acme/chat.git"]],
    [{ ...GITHUB, host: "127.0.0.1:8080" }, ["https://github.com/acme/chat.git"]],
    [ENTERPRISE, ["ssh://git@ssh.ghe.example.com:22/acme/chat.git"]],
    [{ ...ENTERPRISE, host: "ghe.example.com:8443" }, ["git@ghe.example.com:acme/chat.git"]],
  ])("%j has %j", (own, addresses) => {
    expect(foreignTarget(addresses, own)).toBeNull();
  });

  test.each([
    [GITHUB, ["git@github.com:me/chat.git"], "me/chat at github.com"],
    [GITHUB, ["git@github.com:acme/other.git"], "acme/other at github.com"],
    [GITHUB, ["https://gitlab.com/acme/chat.git"], "acme/chat at gitlab.com"],
    [GITHUB, ["git@work:me/chat.git"], "me/chat at work"],
    [GITHUB, ["git@github.com-work:me/chat.git"], "me/chat at github.com-work"],
    [GITHUB, ["https://github.com-work/acme/chat.git"], "acme/chat at github.com-work"],
    [GITHUB, ["git@gitlab:acme/chat.git"], "acme/chat at gitlab"],
    [GITHUB, ["/srv/bare", "https://github.com/me/chat"], "me/chat at github.com"],
    [ENTERPRISE, ["https://github.com/acme/chat"], "acme/chat at github.com"],
    [{ ...GITHUB, host: "127.0.0.1:8080" }, ["https://github.com/me/chat.git"], "me/chat at github.com"],
    // No names that only ssh knows.
    [GITHUB, ["git@[2001:db8::1]:acme/chat"], "acme/chat at [2001:db8::1]"],
    [GITHUB, ["ssh://git@3232235777/acme/chat"], "acme/chat at 3232235777"],
    [GITHUB, ["ssh://git@0xc0a80101/acme/chat"], "acme/chat at 0xc0a80101"],
    [GITHUB, ["https://backup/acme/chat"], "acme/chat at backup"],
    // Of no repository that could be read.
    [GITHUB, ["ssh://git@evil.example/~acme/chat"], "another place at evil.example"],
    [GITHUB, ["git@mybox:chat.git"], "another place at mybox"],
    [GITHUB, ["/srv/bare", "https://x:secret@evil.example/chat"], "another place at evil.example"],
    [GITHUB, ["https://x:secret@evil.example/acme/ch%61t"], "an address that cannot be read"],
    [GITHUB, ["https://evil.example?@github.com/acme/chat"], "an address that cannot be read"],
    [GITHUB, ["ext::sh -c secret"], "an address that cannot be read"],
    [GITHUB, ["codecommit::eu-west-1://secret"], "an address that cannot be read"],
    [GITHUB, ["[fe80::1%eth0]:acme/chat"], "an address that cannot be read"],
  ])("%j does not have %j", (own, addresses, words) => {
    expect(foreignTarget(addresses, own)).toBe(words);
  });
});
