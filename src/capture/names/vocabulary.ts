/** Words that registries, uv and Python give a meaning; a scenario says the same with them, and they tell nothing of anybody. */
const WORDS = `
  simple pypi index packages package projects project groups group api repository repositories artifactory nexus devpi gitea
  packaging root files file download downloads upload legacy basic public python wheels wheel python3 pip uv keyring keyrings
  v1 v2 v3 v4 v5 oauth2 oauth2accesstoken oauth2 access token token vss session aws json key base64 ci gitlab job deploy user
  username password py2 py3 none any whl tar gz zip metadata http https http2 default extra dev test tests build docs lint main
  txt toml cfg requirements constraints py setuptools hatchling org feed get sync lock run add install upgrade tool all proxy
`;

export const VOCABULARY: ReadonlySet<string> = new Set(WORDS.trim().split(/\s+/u));

/** Names that registries know as a whole, whatever their words are. */
export const WHOLE_NAMES: ReadonlySet<string> = new Set([
  "__token__",
  "oauth2",
  "oauth2accesstoken",
  "VssSessionToken",
  "aws",
  "_json_key_base64",
  "gitlab-ci-token",
  "keyring",
  "artifacts-keyring",
  "keyrings-alt",
  "setuptools",
  "hatchling",
]);

/** In alphabetical order, so that what is sorted stays in its order. */
const PLAIN = `
  acorn alder amber anise apple apricot arbor ash aspen aster autumn balsam bamboo banyan barley basil bay beech berry birch
  blossom bluebell bramble breeze briar brook burdock butter cactus camellia canyon caraway cedar celery cherry chestnut chicory
  cinder citrus clay clover cobalt coconut copper coral cork cotton cove cress crocus currant cypress dahlia daisy dale damson
  date dell delta dew dill drift dune ebony elder elm ember endive fennel fern fescue fig fjord flax flint flora foxglove
  garnet gentian ginger ginkgo glade gorse granite grape grove guava hazel heather hedge hemlock holly honey hops iris ivory
  ivy jade jasmine juniper kale kelp kiwi lagoon larch laurel lavender leaf lemon lichen lilac lily lime linden lotus lupin
  magnolia mallow mango maple marble meadow melon mimosa mint moor moss mulberry myrtle nettle nutmeg oak oasis oat olive onyx
  opal orchid osier palm pansy papaya parsley peach pear pearl pebble pecan peony pepper pine plum pollen pond poplar poppy
  prairie prim quarry quartz quince raspberry reed resin ridge river robin rose rowan ruby rush saffron sage sand sedge sesame
  shale shore shrub silver slate sloe snow sorrel spruce stone storm straw sumac summer swan tansy teak thistle thorn thyme
  tulip turnip umber valley vanilla velvet verbena vine violet walnut water wheat willow winter wisteria wood yarrow yew zinnia
`;

/** `count` different plain words in alphabetical order, none of them among those to avoid. */
export function plainWords(count: number, avoid: ReadonlySet<string>): string[] {
  const listed = PLAIN.trim()
    .split(/\s+/u)
    .filter((word) => fits(word, avoid));
  const words = count <= listed.length ? listed : madeWords().filter((word) => fits(word, avoid));
  // Evenly taken, so that the order of first letters is kept where it can be.
  return Array.from({ length: count }, (_, at) => words[Math.floor((at * words.length) / Math.max(count, 1))] ?? `word${at}`);
}

function fits(word: string, avoid: ReadonlySet<string>): boolean {
  return !VOCABULARY.has(word) && ![...avoid].some((each) => each.includes(word) || (each.length > 2 && word.includes(each)));
}

function madeWords(): string[] {
  const [consonants, vowels] = ["b d f g k l m n p r s t v z", "a e i o u"].map((letters) => letters.split(" ")) as [string[], string[]];
  const syllables = consonants.flatMap((consonant) => vowels.map((vowel) => consonant + vowel));
  return syllables.flatMap((first) =>
    syllables.flatMap((second) => syllables.filter((_, at) => at % 7 === 0).map((third) => first + second + third)),
  );
}
