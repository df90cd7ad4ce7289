import { describe, expect, test } from "vitest";
import { SERVER, SPECS } from "../../src/cli/commands.ts";
import { commandHelp, programHelp } from "../../src/cli/help.ts";
import { COMMANDS, readCommandLine } from "../../src/command-line.ts";
import { readOptions } from "../../src/options.ts";

const WIDTHS = [20, 40, 59, 80, 100, 140];

describe.each(COMMANDS)("%s", (name) => {
  test("is in the program's help", () => {
    expect(programHelp(100)).toMatch(new RegExp(`^  ${name}\\b`, "m"));
  });

  test("has a help of its own that names every option and argument", () => {
    const help = commandHelp(name, 100);
    for (const option of Object.keys(SPECS[name].options)) expect(help).toContain(`--${option}`);
    for (const argument of SPECS[name].arguments)
      expect(help).toMatch(new RegExp(`^  ${argument.name}$|^  ${argument.name} `, "m"));
    expect(help.endsWith("\n")).toBe(true);
  });

  test.each(WIDTHS)("has a help for %i columns, in which only examples are wider", (width) => {
    const { examples } = SPECS[name];
    const lines = commandHelp(name, width).split("\n");
    const prose = lines.filter((line) => !examples.includes(line.slice(2)));
    expect(prose.filter((line) => line.length > Math.min(width, 100))).toEqual([]);
    expect(prose.join(" ").replace(/\s+/g, " ")).toContain(SPECS[name].summary);
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
  expect(`\n${commandHelp("waves", 80)}`).toMatchInlineSnapshot(`
    "
    wavewright waves PHASE

    What of a phase runs beside what, and why something waits.

    Arguments
      PHASE                         a number (3, 2.1, 12A) or a directory name
                                    (03-chat)

    Options
      --root DIR                    the project (default: WAVEWRIGHT_ROOT, else the
                                    one around the working directory)
      --json                        print the tool's own answer; errors are JSON too
      --mermaid                     print a diagram for a README or an issue
      --gaps-only                   only plans with gap_closure: true
      -h, --help                    print this

    Plans in one row of boxes run at the same time. The next batch of a wave waits
    because its plans write files that the batch before writes too; the next wave
    waits because its plans depend on this one's.

    Examples
      wavewright waves 3
      wavewright waves 3 --mermaid >> README.md

    Exit codes: 0 fine; 1 check found errors, a tool answered with an error, or
    setup could not do it; 2 the command line is wrong.
    "
  `);
});

describe("the help of the program", () => {
  test.each(WIDTHS)("in %i columns, in which only the configuration is wider", (width) => {
    const prose = programHelp(width).replace(/^ {2}\{\n[\s\S]*^ {2}\}\n/m, "");
    expect(prose.split("\n").filter((line) => line.length > Math.min(width, 100))).toEqual([]);
    for (const option of Object.keys(SERVER)) expect(prose).toContain(`--${option}`);
  });

  test("where there is little room", () => {
    expect(`\n${programHelp(40)}`).toMatchInlineSnapshot(`
      "
      wavewright: an MCP server that does the
      bookkeeping of .planning/ projects

      Usage
        wavewright [options]
          serve MCP on standard input and
          output; a client starts it like this
        wavewright COMMAND [options]
          answer a person or a script

      Commands
        status
          Milestone, phases with their
          progress, and what is next.
        waves PHASE
          What of a phase runs beside what,
          and why something waits.
        gaps [PHASE]
          What verifications, acceptance tests
          and the milestone audit found
          lacking and nothing has closed.
        check [PHASE]
          Every problem of the planning files,
          with path and line.
        call TOOL [ARGUMENTS...]
          Call any tool. The answer is JSON,
          in lines at a terminal and minified
          elsewhere.
        tools [TOOL]
          List the tools, or tell what one
          takes.
        setup HOST
          Show or write the configuration with
          which an MCP host starts wavewright.
        completion SHELL
          Print a completion script for a
          shell.
        help [COMMAND]
          Tell more about a command.

      Options
        --root DIR
          a project, or a directory with
          projects; repeatable, the first is
          the default (without it:
          WAVEWRIGHT_ROOT, else the project
          around the working directory); of
          commands too
        --read-only
          serving: offer only tools that
          change nothing
        --toolsets LIST
          serving: offer only a part:
          planning, git, github
          (comma-separated; default: all)
        -h, --help
          print this
        -v, --version
          print the version

      Environment
        WAVEWRIGHT_ROOT
          like --root, which goes before it;
          several directories separated by ":"
        FORCE_COLOR
          colour also where the output is no
          terminal, and with NO_COLOR too
        NO_COLOR
          no colour

      Exit codes
        0  fine
        1  check found errors, a tool answered
           with an error, or setup could not
           do it
        2  the command line is wrong

      Client configuration: wavewright setup
      HOST writes it; by hand:
        {
          "mcpServers": {
            "wavewright": {
              "command": "node",
              "args": [
                "/path/to/wavewright/dist/main.js"
              ]
            }
          }
        }
      "
    `);
  });

  test("where there is room, and it tells which of two variables wins, and what 1 means", () => {
    expect(`\n${programHelp(100)}`).toMatchInlineSnapshot(`
      "
      wavewright: an MCP server that does the bookkeeping of .planning/ projects

      Usage
        wavewright [options]          serve MCP on standard input and output; a client starts it like this
        wavewright COMMAND [options]  answer a person or a script

      Commands
        status                        Milestone, phases with their progress, and what is next.
        waves PHASE                   What of a phase runs beside what, and why something waits.
        gaps [PHASE]                  What verifications, acceptance tests and the milestone audit found
                                      lacking and nothing has closed.
        check [PHASE]                 Every problem of the planning files, with path and line.
        call TOOL [ARGUMENTS...]      Call any tool. The answer is JSON, in lines at a terminal and
                                      minified elsewhere.
        tools [TOOL]                  List the tools, or tell what one takes.
        setup HOST                    Show or write the configuration with which an MCP host starts
                                      wavewright.
        completion SHELL              Print a completion script for a shell.
        help [COMMAND]                Tell more about a command.

      Options
        --root DIR                    a project, or a directory with projects; repeatable, the first is
                                      the default (without it: WAVEWRIGHT_ROOT, else the project around
                                      the working directory); of commands too
        --read-only                   serving: offer only tools that change nothing
        --toolsets LIST               serving: offer only a part: planning, git, github (comma-separated;
                                      default: all)
        -h, --help                    print this
        -v, --version                 print the version

      Environment
        WAVEWRIGHT_ROOT               like --root, which goes before it; several directories separated by
                                      ":"
        FORCE_COLOR                   colour also where the output is no terminal, and with NO_COLOR too
        NO_COLOR                      no colour

      Exit codes
        0  fine
        1  check found errors, a tool answered with an error, or setup could not do it
        2  the command line is wrong

      Client configuration: wavewright setup HOST writes it; by hand:
        {
          "mcpServers": {
            "wavewright": {
              "command": "node",
              "args": [
                "/path/to/wavewright/dist/main.js"
              ]
            }
          }
        }
      "
    `);
  });
});
