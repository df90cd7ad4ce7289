/** A small script for each shell, which asks this program for what may come next. */
import { COMPLETE } from "../command-line.ts";
import type { Shell } from "./commands.ts";

/** Instead of candidates: the shell's own names of directories. */
export const DIRECTORIES = ":directories";

const SCRIPTS: Record<Shell, string> = {
  bash: `# bash completion for wavewright: source <(wavewright completion bash)
_wavewright() {
  local IFS=$'\\n'
  COMPREPLY=($(wavewright ${COMPLETE} bash "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
  if [ "\${COMPREPLY[0]-}" = "${DIRECTORIES}" ]; then
    COMPREPLY=()
    compopt -o dirnames
  elif [[ "\${COMPREPLY[0]-}" == *= ]]; then
    compopt -o nospace
  fi
}
complete -F _wavewright wavewright
`,
  zsh: `#compdef wavewright
# zsh completion for wavewright: source <(wavewright completion zsh), below compinit
_wavewright() {
  local -a lines
  lines=("\${(@f)$(wavewright ${COMPLETE} zsh "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ "\${lines[1]}" == "${DIRECTORIES}" ]]; then
    _files -/
  elif [[ "\${lines[1]%%:*}" == *= ]]; then
    _describe -V wavewright lines -S ''
  elif [[ -n "\${lines[1]}" ]]; then
    _describe -V wavewright lines
  fi
}
if [ "\${funcstack[1]}" = "_wavewright" ]; then
  _wavewright "$@"
else
  compdef _wavewright wavewright
fi
`,
  fish: `# fish completion for wavewright: wavewright completion fish > ~/.config/fish/completions/wavewright.fish
function __wavewright_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l lines (wavewright ${COMPLETE} fish $words[2..-1] "$current" 2>/dev/null)
    if test "$lines[1]" = "${DIRECTORIES}"
        __fish_complete_directories "$current"
    else if test -n "$lines[1]"
        printf '%s\\n' $lines
    end
end
complete -c wavewright -f -k -a '(__wavewright_complete)'
`,
};

export function completionScript(shell: string): string {
  return SCRIPTS[shell as Shell];
}
