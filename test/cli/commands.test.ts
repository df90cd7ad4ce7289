import { describe, expect, test } from "vitest";
import { commandHelp, SPECS } from "../../src/cli/commands.ts";
import { COMMANDS, HELP, readCommandLine } from "../../src/command-line.ts";
import { readOptions } from "../../src/options.ts";

describe.each(COMMANDS)("%s", (name) => {
  test("is in the program's help", () => {
    expect(HELP).toMatch(new RegExp(`^  ${name}\\b`, "m"));
  });

  test("has a help of its own that names every option and argument, in 100 columns", () => {
    const help = commandHelp(name);
    for (const option of Object.keys(SPECS[name].options)) expect(help).toContain(`--${option}`);
    for (const argument of SPECS[name].arguments)
      expect(help).toMatch(new RegExp(`^  ${argument.name} `, "m"));
    expect(help.split("\n").filter((line) => line.length > 104)).toEqual([]);
    expect(help.endsWith("\n")).toBe(true);
  });

  test("has examples that are right", () => {
    for (const example of SPECS[name].examples) {
      const words = /wavewright ([^|>#)]*)/.exec(example)?.[1]?.trim().split(/ +/) ?? [];
      const command = readCommandLine({ args: words, env: {}, stdinIsTerminal: true });
      expect(command).toMatchObject({ action: "run", name });
      expect(readOptions(words.slice(1), SPECS[name].options)).not.toHaveProperty("problem");
    }
  });
});

test("the help of a command", () => {
  expect(`\n${commandHelp("waves")}`).toMatchInlineSnapshot(`
    "
    wavewright waves PHASE

    What of a phase runs beside what, and why something waits.

    Arguments
      PHASE                       a number (3, 2.1, 12A) or a directory name (03-chat)

    Options
      --root DIR                  the project (default: WAVEWRIGHT_ROOT, else the one around the working
                                  directory)
      --json                      print the tool's own answer; errors are JSON too
      --mermaid                   print a diagram for a README or an issue
      --gaps-only                 only plans with gap_closure: true
      -h, --help                  print this

    Plans in one row of boxes run at the same time. The next batch of a wave waits because its plans
    write files that the batch before writes too; the next wave waits because its plans depend on this
    one's.

    Examples
      wavewright waves 3
      wavewright waves 3 --mermaid >> README.md

    Exit codes: 0 fine, 1 problems were found or the tool answered with an error, 2 wrong use.
    "
  `);
});
