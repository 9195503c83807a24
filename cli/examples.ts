// Examples for each command, which its help and its manual page show.

export interface Example {
  readonly line: string;
  readonly meaning: string;
}

const examples: Readonly<Record<string, readonly Example[]>> = {
  serve: [
    { line: 'af serve', meaning: 'Starts the gateway as server :0 and says where its page is.' },
    {
      line: 'af serve --server-number 1 --config gateway.json',
      meaning: 'Starts another one as :1, with the settings of a file.',
    },
  ],
  play: [
    {
      line: 'af play door.wav bell.wav',
      meaning: 'Plays two files, one after the other without a gap.',
    },
    {
      line: 'ffmpeg -i music.mp3 -f wav - | af play -',
      meaning: 'Plays what another program decodes.',
    },
  ],
  record: [
    { line: 'af record --seconds 10 voice.wav', meaning: 'Records ten seconds.' },
    {
      line: 'af record --from -3s --seconds 3 missed.wav',
      meaning: 'Keeps the last three seconds.',
    },
  ],
  repair: [
    {
      line: 'af repair voice.wav',
      meaning: 'Makes a recording whole whose machine went off in the middle.',
    },
  ],
  pass: [
    { line: 'af pass host:0/hifi hifi', meaning: "Plays here what another server's device hears." },
  ],
  tone: [
    { line: 'af tone 440 --seconds 2', meaning: 'Plays the tone that orchestras tune to.' },
    { line: 'af tone --dtmf 5550123', meaning: 'Plays the keys of a telephone.' },
  ],
  meter: [
    { line: 'af meter --device codec', meaning: 'Shows how loud it is there, until ctrl-C.' },
  ],
  spectrum: [
    { line: 'af spectrum --monitor', meaning: 'Shows the spectrum of what a device plays.' },
  ],
  devices: [
    {
      line: 'af devices',
      meaning:
        'Shows the devices of the server that AUDIOFILE names, or of the one of this machine.',
    },
    { line: 'af -s host:1 devices --json', meaning: "Tells a program about another server's." },
  ],
  set: [
    { line: 'af set hifi --output-gain -6', meaning: 'Makes a device softer for all who listen.' },
    {
      line: 'af set codec --input +1 --pass on',
      meaning: 'Switches its second input on, and plays what it hears.',
    },
  ],
  hosts: [
    { line: 'af hosts', meaning: 'Shows who may connect.' },
    { line: 'af hosts add lab.example.org 10.1.2.3', meaning: 'Lets two more hosts in.' },
    { line: 'af hosts off', meaning: 'Lets anybody in.' },
  ],
  token: [
    {
      line: 'af token add kitchen --role speak --expires 30d',
      meaning: 'Makes a token for somebody who is to listen and speak for a month.',
    },
    { line: 'af token', meaning: 'Lists the tokens, without what would admit.' },
    { line: 'af token revoke kitchen', meaning: 'Ends what it has open, and lets it in no more.' },
  ],
  props: [
    { line: 'af props codec', meaning: 'Shows all properties of a device.' },
    {
      line: 'af props codec LIMITS --set "1 2 300" --type CARDINAL',
      meaning: 'Sets one to three 32-bit numbers.',
    },
    { line: 'af props codec --watch --json', meaning: 'Tells a program of every change.' },
  ],
  atoms: [
    { line: 'af atoms --range 21-', meaning: 'Lists the atoms that programs have made.' },
    { line: 'af atoms LAST_NUMBER_DIALED 4', meaning: 'Looks up a name and a number.' },
  ],
  events: [
    { line: 'af events', meaning: 'Shows the events of all devices, until ctrl-C.' },
    { line: 'af events phone --kind ring --count 1', meaning: 'Waits until the telephone rings.' },
  ],
  phone: [
    { line: 'af phone answer', meaning: 'Waits for a call, and picks up when it rings.' },
    { line: 'af phone dial 555-0123', meaning: 'Picks up, where that was not done, and dials.' },
    { line: 'af phone hangup', meaning: 'Hangs up.' },
    {
      line: 'af phone status --watch',
      meaning: 'Shows how the line is, and what happens on it until ctrl-C.',
    },
  ],
  answer: [
    { line: 'af answer', meaning: 'Takes calls until ctrl-C, for the page to play what was said.' },
    {
      line: 'af answer --greeting hello.wav --rings 4 --max 1m',
      meaning: 'Greets with a file, at the fourth ring, and keeps a minute at most.',
    },
    {
      line: "af answer --command 'notify-send {}'",
      meaning: 'Runs a program for each message, with its file as an argument.',
    },
  ],
  time: [{ line: 'af time', meaning: 'Shows the clocks of all devices at one instant.' }],
  kill: [
    { line: 'af kill', meaning: 'Shows who is connected and what they did.' },
    { line: 'af kill 3', meaning: 'Disconnects client 3.' },
  ],
  probe: [
    { line: 'af probe lab.example.org', meaning: 'Looks at port 1411 of a host.' },
    { line: 'af probe localhost:8080', meaning: 'Tells what listens at another port.' },
    { line: 'af probe', meaning: "Looks at AudioFile's port and its neighbours on this machine." },
  ],
  completion: [
    { line: 'source <(af completion bash)', meaning: 'Teaches this bash the commands.' },
    { line: 'af completion fish | source', meaning: 'The same for fish.' },
  ],
};

export function examplesOf(commandName: string): readonly Example[] {
  return examples[commandName] ?? [];
}
