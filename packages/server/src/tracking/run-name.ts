import { randomInt } from 'node:crypto';

const predicates = [
  'able adept agile amused ample astute bold brave bright brisk calm candid capable careful charming clean clever',
  'colorful crisp curious dapper daring debonair eager earnest exact fearless fine fresh gentle glad grand honest',
  'hopeful keen kind lively loyal luminous merry mighty modest neat nimble noble orderly patient placid plucky polite',
  'quick quiet rare ready resolute robust rustic salty serious skilled smart steady swift thoughtful tidy trusting',
  'upbeat useful valiant vivid warm wise zealous',
]
  .join(' ')
  .split(' ');
const nouns = [
  'ant asp auk bass bat bee bird boar bug calf carp cat chimp cod colt crab crane crow deer doe dog dolphin donkey dove',
  'duck elk ewe fawn finch fish flea fly foal fowl fox frog gnat goat goose grouse gull hare hawk hen hog horse hound',
  'jay kit kite koi lamb lark loon lynx mare midge mink mole moose moth mouse mule newt owl ox perch pig pike pug quail',
  'ram rat ray robin roo rook seal shad shark sheep shrew shrike shrimp skunk sloth slug smelt snail snake snipe sow',
  'sponge squid stag steed stoat stork swan tern toad trout turtle vole wasp whale wolf worm wren yak zebra',
]
  .join(' ')
  .split(' ');

/** A name for what the user gave none: `bold-heron-417`, readable in a list and rarely the same twice. */
export function randomName(): string {
  return `${pick(predicates)}-${pick(nouns)}-${randomInt(1000)}`;
}

function pick(words: readonly string[]): string {
  return words[randomInt(words.length)] as string;
}
