"""Random streams: programs, initial weights, loaders, samplers and splits after a seed."""

import numpy
import torch
from torch.utils.data import DataLoader, TensorDataset, random_split

from .encoding import encoded
from .state import described, everything


def evaluate(case):
    return PARTS[case["part"]](case)


def generator(seed):
    return torch.Generator().manual_seed(seed)


def scope():
    return everything() | {"G": generator}


def seeded(case):
    if case.get("seed") is not None:
        torch.manual_seed(int(case["seed"]))


def after():
    return encoded(torch.rand(1).item())


def raw(case):
    """
    The generator's 32-bit outputs: a range of 2**32 shows the second of each two, one draw later the others.
    The very first is known by its remainders from two narrower ranges.
    """

    def fresh(draws=0):
        seeded(case)
        for _ in range(draws):
            torch.rand(1)

    def seconds(count):
        return torch.randint(0, 2**32, (count,)).tolist()

    fresh()
    odd = seconds(315)
    fresh(1)
    even = seconds(315)
    fresh()
    low = int(torch.rand(1).item() * 2**24)
    fresh()
    rest = torch.randint(0, 2**28 - 1, (1,)).item()
    first = next((rest + k * (2**28 - 1) for k in range(17) if (rest + k * (2**28 - 1)) % 2**24 == low), -1)
    outputs = [first] + [x for pair in zip(odd, even) for x in pair]
    return {"initial_seed": str(torch.initial_seed()), "first_10": outputs[:10], "at_620_to_629": outputs[620:630]}


def program(case):
    seeded(case)
    names = scope()
    return [encoded(eval(line, names)) for line in case["program"]]


def module_init(case):
    seeded(case)
    module = eval(case["module"], scope())
    answer = {"state_dict": encoded(dict(module.state_dict())), "parameters": [name for name, _ in module.named_parameters()]}
    return answer | {"rand_after": after()}


def bad_seed(case):
    try:
        torch.manual_seed(eval(str(case["seed"])))
    except Exception as error:
        return {"error": described(error)}
    return {"error": None, "initial_seed": str(torch.initial_seed())}


def data_loader(case):
    seeded(case)
    given = None if case["generator_seed"] is None else generator(case["generator_seed"])
    data = TensorDataset(torch.arange(case["n"]))
    loader = DataLoader(data, batch_size=case["batch_size"], shuffle=True, drop_last=case["drop_last"], generator=given)
    answer = {"len": len(loader), "epochs": [[batch.tolist() for (batch,) in loader] for _ in case["epochs"]], "rand_after": after()}
    if "draws_per_epoch" in case:
        seeded(case)
        draw = lambda: str(torch.empty((), dtype=torch.int64).random_().item())  # noqa: E731
        answer["draws_per_epoch"] = [{name: draw() for name in ("base_seed", "sampler_seed")} for _ in case["draws_per_epoch"]]
    return answer


def sampler(case):
    seeded(case)
    made = eval(case["sampler"], scope())
    return {"passes": [encoded(list(made)) for _ in case["passes"]], "rand_after": after()}


def split(case):
    seeded(case)
    given = {} if case["generator_seed"] is None else {"generator": generator(case["generator_seed"])}
    parts = random_split(range(case["n"]), case["lengths"], **given)
    return {"indices": [list(part.indices) for part in parts], "rand_after": after()}


def numpy_program(case):
    numpy.random.seed(case["seed"])
    names = scope()
    return [encoded(eval(line, names)) for line in case["program"]]


def numpy_bad_seed(case):
    try:
        numpy.random.seed(case["seed"])
    except Exception as error:
        return {"error": described(error)}
    return {"error": None}


PARTS = {
    "raw_mt19937": raw,
    "torch": program,
    "module_init": module_init,
    "bad_seeds": bad_seed,
    "data_loader": data_loader,
    "samplers": sampler,
    "random_split": split,
    "numpy": numpy_program,
    "numpy_bad_seeds": numpy_bad_seed,
    "cuda": program,
}
