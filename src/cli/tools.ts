/** `wavewright tools [TOOL]` */
import { type AdvertisedTool, advertise, type JsonSchema } from "../advertise.ts";
import { printJson } from "./pages.ts";
import { hasFlag, print, type Session, toolNamed } from "./program.ts";
import { paragraph, table } from "./table.ts";
import { paint, type Terminal } from "./terminal.ts";
import { wrap } from "./text.ts";

export async function toolsCommand(session: Session): Promise<number> {
  const [name] = session.positionals;
  const tools = name === undefined ? await session.loadTools() : [await toolNamed(session, name)];
  if (hasFlag(session, "json")) {
    const advertised = tools.map(advertise);
    printJson(session, name === undefined ? { tools: advertised } : advertised[0]);
  } else if (name !== undefined) print(session, drawTool(session.out, advertise(tools[0]!)));
  else {
    const rows = tools.map((tool) => [
      { text: tool.name, style: "strong" as const },
      { text: tool.title },
      { text: tool.reach === "github" ? `${tool.effect}, GitHub` : tool.effect, style: "quiet" as const },
    ]);
    const columns = [{ heading: "Tool" }, { heading: "What for", flexible: true }, { heading: "Effect" }];
    print(session, table(session.out, columns, rows));
  }
  return 0;
}

function drawTool(terminal: Terminal, { name, title, description, inputSchema }: AdvertisedTool): string[] {
  const { properties, required = [] } = inputSchema;
  const rows = Object.entries(properties).map(([argument, schema]) => [
    { text: argument, style: "strong" as const },
    { text: typeOf(schema), style: "note" as const },
    {
      text: [required.includes(argument) ? "required" : "", schema.description ?? "", defaultOf(schema)]
        .filter(Boolean)
        .join("; "),
    },
  ]);
  return [
    ...wrap(`${name}: ${title}`, terminal.width).map((line) =>
      line.startsWith(name) ? paint(terminal, "strong", name) + line.slice(name.length) : line,
    ),
    "",
    ...paragraph(terminal, description),
    "",
    paint(terminal, "strong", "Arguments"),
    ...table(terminal, [{}, { flexible: true }, { flexible: true }], rows, 2),
  ];
}

function typeOf({ type, enum: values, items }: JsonSchema): string {
  if (values) return values.map(String).join("|");
  if (type === "array") return `[${items ? typeOf(items) : ""}]`;
  return Array.isArray(type) ? type.join("|") : (type ?? "any");
}

function defaultOf({ default: value }: JsonSchema): string {
  return value === undefined ? "" : `default ${JSON.stringify(value)}`;
}
