/** The shells that complete command lines of libc-check. */
export const completionShells = ['bash', 'zsh', 'fish'] as const;
export type CompletionShell = (typeof completionShells)[number];

/** The first word of the call that a script makes; the words of the unfinished command line follow, `libc-check` first. */
export const completionRequest = '--get-completions';

/** The line of the answer that asks for names of files besides. */
export const filesLine = ':files';

/** bash parts words at `:` and `=`, so the words are taken from the line, and what bash keeps is cut off the answers. */
const bash = `# bash completion of libc-check: libc-check completion bash >> ~/.bashrc
_libc_check() {
  local line=\${COMP_LINE:0:COMP_POINT} current='' kept='' candidate with_files=''
  local -a words
  read -a words <<< "$line"
  if [[ $line == *[[:space:]] && $line != *\\\\[[:space:]] ]]; then words+=(''); fi
  current=\${words[\${#words[@]}-1]}
  if [[ $current == *[:=]* ]]; then kept=\${current%"\${current##*[:=]}"}; fi
  COMPREPLY=()
  while IFS= read -r candidate; do
    if [[ $candidate == ${filesLine} ]]; then with_files=1; continue; fi
    COMPREPLY+=("\${candidate#"$kept"}")
  done < <(libc-check ${completionRequest} "\${words[@]}" 2> /dev/null)
  if [[ -n $with_files ]]; then
    while IFS= read -r candidate; do
      compopt -o filenames
      COMPREPLY+=("$candidate")
    done < <(compgen -f -- "\${current#"$kept"}")
  fi
  if [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == *[:=] ]]; then compopt -o nospace; fi
}
complete -F _libc_check libc-check
`;

const zsh = `#compdef libc-check
# zsh completion of libc-check, after compinit: libc-check completion zsh >> ~/.zshrc
_libc_check() {
  local line with_files=''
  local -a candidates prefixes
  for line in "\${(@f)$(libc-check ${completionRequest} "\${(@Q)words[1,CURRENT]}" 2> /dev/null)}"; do
    if [[ $line == ${filesLine} ]]; then with_files=1
    elif [[ $line == *: ]]; then prefixes+=("$line")
    elif [[ -n $line ]]; then candidates+=("$line")
    fi
  done
  (( $#candidates )) && compadd -- "\${candidates[@]}"
  (( $#prefixes )) && compadd -S '' -- "\${prefixes[@]}"
  if [[ -n $with_files ]]; then
    compset -P '*[:=]'
    _files
  fi
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _libc_check "$@"; else compdef _libc_check libc-check; fi
`;

const fish = `# fish completion of libc-check: libc-check completion fish > ~/.config/fish/completions/libc-check.fish
function __libc_check_complete
  set -l current (commandline -ct)
  for line in (libc-check ${completionRequest} (commandline -opc) "$current" 2> /dev/null)
    if test "$line" = ${filesLine}
      __fish_complete_path "$current"
    else
      echo "$line"
    end
  end
end
complete -c libc-check -f -a '(__libc_check_complete)'
`;

/** What a shell loads to complete command lines of libc-check. */
export const completionScripts: Readonly<Record<CompletionShell, string>> = { bash, zsh, fish };
