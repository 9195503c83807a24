// What went wrong lately.
import type { Notices } from '../model/notices.ts';
import { TroubleBox } from './trouble.tsx';

export function NoticeList({ notices }: { notices: Notices }) {
  return (
    <div class="notices">
      {notices.list.value.map(({ id, words }) => (
        <TroubleBox key={id} words={words}>
          <button type="button" class="plain" onClick={() => notices.putAway(id)}>
            All right<span class="unseen">, put this away: {words.happened}</span>
          </button>
        </TroubleBox>
      ))}
    </div>
  );
}
