// Where files go that nobody gave a place.
import { homedir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { homeFolder } from '#server/transport/home-folder';

describe('the home folder', () => {
  it('is the one of the environment, else that of the user', () => {
    expect(homeFolder({ HOME: '/homes/me' })).toBe('/homes/me');
    expect(homeFolder({})).toBe(homedir());
    expect(homeFolder({ HOME: '' })).toBe(homedir());
  });

  it('of a user whom the system does not know is the root, and no error', () => {
    const lookUp = () => {
      throw new Error('uv_os_homedir returned ENOENT (no such file or directory)');
    };
    expect(homeFolder({}, lookUp)).toBe('/');
  });
});
