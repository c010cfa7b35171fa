# shellcheck shell=bash disable=SC2034
# What bash-completion brings, for a bash without it: the words of the line, with `=` and `:` inside them.
if ! declare -F _get_comp_words_by_ref > /dev/null; then
  _get_comp_words_by_ref() {
    local head=${COMP_LINE:0:COMP_POINT}
    read -ra words <<< "$head"
    [[ $head == *[[:space:]] ]] && words+=("")
    cword=$((${#words[@]} - 1))
    cur=${words[cword]}
    prev=${words[cword > 0 ? cword - 1 : 0]}
  }
fi
if ! declare -F __ltrim_colon_completions > /dev/null; then
  __ltrim_colon_completions() { :; }
fi
