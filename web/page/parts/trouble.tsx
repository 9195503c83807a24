// What went wrong, in three sentences.
import type { ComponentChildren } from 'preact';
import type { Trouble } from '../words/state-words.ts';

export interface TroubleProps {
  readonly words: Trouble;
  /** What can be pressed about it. */
  readonly children?: ComponentChildren;
}

export function TroubleBox({ words, children }: TroubleProps) {
  return (
    <div class="trouble" role="alert">
      <p class="headline">{words.happened}</p>
      <p>
        {words.means} {words.toDo}
      </p>
      {children}
    </div>
  );
}
