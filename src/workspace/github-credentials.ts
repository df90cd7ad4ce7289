/** The token for a host: of the environment, else what `gh` has. It is kept in memory for one call and never shown. */
import { execFile } from "node:child_process";
import path from "node:path";
import { isGitHubCloud } from "../domain/remote-url.ts";
import { GitHubFailure } from "./github-failure.ts";
import { type FoundRepository, variable } from "./github-repository.ts";

const GH_TIMEOUT_MS = 5_000;

const OWN = ["GITHUB_TOKEN", "GH_TOKEN"];
/** As `gh` reads them: the other two may be meant for github.com, so these come first where it is another host. */
const ENTERPRISE = ["GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"];

/** What `gh` needs to find its settings and the system's store of secrets. No token is among them. */
const GH_NEEDS = [
  ...["PATH", "HOME", "XDG_CONFIG_HOME", "GH_CONFIG_DIR", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"],
  ...["USERPROFILE", "APPDATA", "LOCALAPPDATA", "SystemRoot", "PATHEXT"],
];

/** Throws `no_token`, and the signal's reason when the call is cancelled. */
export async function findToken(repository: FoundRepository, signal: AbortSignal): Promise<string> {
  const { host, apiUrl, isHostTrusted } = repository;
  const isOwn = isGitHubCloud(new URL(apiUrl).host.replace(/^api\./, ""));
  const names = isHostTrusted ? (isOwn ? OWN : [...ENTERPRISE, ...OWN]) : [];
  for (const name of names) {
    const token = variable(name);
    if (token !== null) return checked(process.env[name]!, `${name} is set, but it`);
  }
  const token = await tokenOfGh(host, signal);
  if (token !== null) return checked(token, `What gh has for ${host}`);
  const advice = isHostTrusted
    ? "set GITHUB_TOKEN, or log in with gh"
    : `log in with \`gh auth login --hostname ${host}\`, or name the host in GH_HOST as well, since tokens of the environment go to no other host`;
  throw new GitHubFailure("no_token", `There is no token for ${host}: ${advice}.`);
}

/** A token travels in a header: one line, no space in it. */
function checked(token: string, what: string): string {
  if (/^[\x21-\x7e]{1,4096}$/.test(token)) return token;
  throw new GitHubFailure("no_token", `${what} is no token: it has spaces, line breaks or other characters.`);
}

/** `gh auth token`, without a shell; null when it is not installed, says no, or takes too long. */
function tokenOfGh(host: string, signal: AbortSignal): Promise<string | null> {
  const kept = GH_NEEDS.flatMap((name) =>
    process.env[name] === undefined ? [] : [[name, process.env[name]]],
  );
  return new Promise((resolve, reject) => {
    const child = execFile(
      "gh",
      ["auth", "token", "--hostname", host],
      {
        // Not the project's directory: where programs of the working directory are found first, one could stand there.
        cwd: path.resolve("/"),
        env: { ...Object.fromEntries(kept), GH_PROMPT_DISABLED: "1", GH_NO_UPDATE_NOTIFIER: "1" },
        timeout: GH_TIMEOUT_MS,
        killSignal: "SIGKILL",
        maxBuffer: 64 * 1024,
        windowsHide: true,
        signal,
      },
      (error, stdout) => {
        if (signal.aborted) return reject(signal.reason);
        resolve(error === null ? stdout.trim() || null : null);
      },
    );
    child.stdin?.end();
  });
}
