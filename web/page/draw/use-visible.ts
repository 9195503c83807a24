// Whether somebody can see an element: it is in the window, and the window is in front.
import { useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';

/** While false, nothing is drawn and nothing is asked of the sound side. */
export function useVisible(ref: RefObject<Element>): boolean {
  const isInWindow = useSignal(false);
  const isInFront = useSignal(!document.hidden);
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const observer = new IntersectionObserver((entries) => {
      isInWindow.value = entries.at(-1)?.isIntersecting ?? false;
    });
    observer.observe(element);
    const changed = () => {
      isInFront.value = !document.hidden;
    };
    document.addEventListener('visibilitychange', changed);
    return () => {
      observer.disconnect();
      document.removeEventListener('visibilitychange', changed);
    };
  }, [ref, isInWindow, isInFront]);
  return isInWindow.value && isInFront.value;
}

const lessMotion = matchMedia('(prefers-reduced-motion: reduce)');

/** How often moving pictures change for people who want less of that. */
export const CALM_INTERVAL_MS = 1_000;

export function wantsLessMotion(): boolean {
  return lessMotion.matches;
}
