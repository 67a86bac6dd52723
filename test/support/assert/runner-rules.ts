/** A command that the log of a CI runner would take out of an output. */
export interface RunnerCommand {
  readonly runner: string;
  readonly line: string;
}

/**
 * The parsing rules of the runners, as published. Each returns whether a line holds a command. They know no list of
 * commands: what a runner does not know today it may know tomorrow.
 */
const RULES: Readonly<Record<string, (line: string) => boolean>> = {
  // actions/runner, src/Runner.Common/ActionCommand.cs, TryParseV2: leading white space is trimmed.
  GitHub: (line) => line.trimStart().startsWith('::') && line.trimStart().indexOf('::', 2) >= 0,
  // The same file, TryParse: anywhere in the line.
  'GitHub, first form': (line) => bracketed(line, '##['),
  // microsoft/azure-pipelines-agent, src/Microsoft.VisualStudio.Services.Agent/Command.cs, TryParse: anywhere in the line.
  'Azure Pipelines': (line) => bracketed(line, '##vso['),
  // JetBrains/TeamCity.ServiceMessages, TeamCity.ServiceMessages/Read/ServiceMessageParser.cs: anywhere in the text.
  TeamCity: (line) => line.includes('##teamcity['),
  // gitlabhq/gitlabhq, lib/gitlab/regex.rb and lib/gitlab/ci/ansi2json/converter.rb: anywhere in the line.
  'GitLab section': (line) =>
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the rule has it
    /section_(?:start|end):\d+:[a-zA-Z0-9_.-]+(?:\[(?:\w+=\w+)(?:, ?(?:\w+=\w+))*\])?\r\u001b\[0K/.test(line),
  // buildkite/agent, headerRegex and headerExpansionRegex, after ANSI colours were removed.
  Buildkite: (line) => /^(?:---|\+\+\+|~~~)\s(?:.+)?$|^\^\^\^\s+\+\+\+\s*$/.test(line.replace(ANSI_COLOUR, '')),
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: the rule has it
const ANSI_COLOUR = /\u001b\[(?:[;\d]+)?[mK]/g;

function bracketed(line: string, opening: string): boolean {
  const start = line.indexOf(opening);
  return start >= 0 && line.indexOf(']', start) >= 0;
}

/** Returns the commands in an output. A reader of lines ends a line at a carriage return, too. */
export function commandsIn(output: string): RunnerCommand[] {
  // GitLab's marker contains a carriage return.
  const lines = [...output.split(/\r\n|\r|\n/), ...output.split('\n')];
  return lines.flatMap((line) =>
    Object.entries(RULES)
      .filter(([, holds]) => holds(line))
      .map(([runner]) => ({ runner, line })),
  );
}

/** Returns the commands in a text of which every word may begin a line, because Terraform wraps it. */
export function commandsInWrapped(text: string): RunnerCommand[] {
  return [...text.matchAll(/(?<=^|\s)\S/g)].flatMap(({ index }) => commandsIn(text.slice(index)));
}

/** Characters that no output may have: controls, invisible and default-ignorable characters, unusual blanks. */
export const UNSEEN = /(?![ \n])[\p{C}\p{Z}\p{DI}\u2800]/u;
