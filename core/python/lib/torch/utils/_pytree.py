"""Nested tuples, lists, dicts and named tuples as flat lists of leaves and a description of their shape."""

from collections import OrderedDict, defaultdict


class TreeSpec:
    """The shape of a nested structure: what holds what."""

    def __init__(self, type, context, children_specs):
        self.type, self.context, self.children_specs = type, context, children_specs
        self.num_leaves = sum(child.num_leaves for child in children_specs) if type is not None else 1
        self.num_children = len(children_specs)

    def is_leaf(self):
        return self.type is None

    def __eq__(self, other):
        return (
            isinstance(other, TreeSpec) and self.type is other.type and self.context == other.context and self.children_specs == other.children_specs
        )

    def __hash__(self):
        return hash((self.type, self.num_leaves))

    def __repr__(self, indent=0):
        if self.type is None:
            return "*"
        head = f"TreeSpec({self.type.__name__}, {self.context}, ["
        inner = ""
        if self.children_specs:
            inner = self.children_specs[0].__repr__(indent + 2)
            for child in self.children_specs[1:]:
                inner += ",\n" + " " * (indent + 2) + child.__repr__(indent + 2)
        return head + inner + "])"


class LeafSpec(TreeSpec):
    """One leaf."""

    def __init__(self):
        super().__init__(None, None, [])


_LEAF = LeafSpec()


def _is_named(value):
    return isinstance(value, tuple) and type(value).__bases__ == (tuple,) and hasattr(type(value), "_fields") and hasattr(type(value), "_make")


def _node(value):
    """(children, context, type) of a container, None for a leaf."""
    kind = type(value)
    if kind is tuple or kind is list:
        return list(value), None, kind
    if kind is dict or kind is OrderedDict:
        return list(value.values()), list(value), kind
    if kind is defaultdict:
        return list(value.values()), [value.default_factory, list(value)], kind
    if _is_named(value):
        return list(value), kind, kind
    return None


def tree_flatten(tree, is_leaf=None):
    """Leaves in order, and the TreeSpec."""
    leaves = []
    return leaves, _flatten(tree, leaves, is_leaf)


def _flatten(tree, leaves, is_leaf):
    found = None if is_leaf is not None and is_leaf(tree) else _node(tree)
    if found is None:
        leaves.append(tree)
        return _LEAF
    children, context, kind = found
    return TreeSpec(kind, context, [_flatten(child, leaves, is_leaf) for child in children])


def tree_unflatten(leaves, treespec):
    """The structure with other leaves."""
    leaves = list(leaves)
    if len(leaves) != treespec.num_leaves:
        raise ValueError(
            f"tree_unflatten(leaves, treespec): `leaves` has length {len(leaves)} but the spec refers to a pytree that holds {treespec.num_leaves} items ({treespec})."
        )
    return _unflatten(iter(leaves), treespec)


def _unflatten(leaves, spec):
    kind = spec.type
    if kind is None:
        return next(leaves)
    children = [_unflatten(leaves, child) for child in spec.children_specs]
    if kind is tuple or kind is list:
        return kind(children)
    if kind is dict or kind is OrderedDict:
        return kind(zip(spec.context, children))
    if kind is defaultdict:
        return defaultdict(spec.context[0], zip(spec.context[1], children))
    return kind(*children)


def tree_leaves(tree, is_leaf=None):
    return tree_flatten(tree, is_leaf)[0]


def tree_structure(tree, is_leaf=None):
    return tree_flatten(tree, is_leaf)[1]


def tree_map(func, tree, *rests, is_leaf=None):
    """`func` on each leaf (and the leaves of equal structures beside it)."""
    leaves, spec = tree_flatten(tree, is_leaf)
    others = [tree_flatten(rest, is_leaf)[0] for rest in rests]
    return tree_unflatten([func(*values) for values in zip(leaves, *others)], spec)


def tree_map_(func, tree, *rests, is_leaf=None):
    tree_map(func, tree, *rests, is_leaf=is_leaf)
    return tree


def tree_map_only(kind, func, tree, is_leaf=None):
    test = kind if callable(kind) and not isinstance(kind, type) else lambda value: isinstance(value, kind)
    return tree_map(lambda value: func(value) if test(value) else value, tree, is_leaf=is_leaf)


def tree_all(pred, tree, is_leaf=None):
    return all(map(pred, tree_leaves(tree, is_leaf)))


def tree_any(pred, tree, is_leaf=None):
    return any(map(pred, tree_leaves(tree, is_leaf)))


def broadcast_to_and_flatten(tree, treespec, is_leaf=None):
    """The leaves of a prefix of the structure, each repeated for what is under it; None where it is no prefix."""
    found = None if is_leaf is not None and is_leaf(tree) else _node(tree)
    if found is None:
        return [tree] * treespec.num_leaves
    if treespec.type is None:
        return None
    children, context, kind = found
    if kind is not treespec.type or context != treespec.context or len(children) != treespec.num_children:
        return None
    made = []
    for child, spec in zip(children, treespec.children_specs):
        part = broadcast_to_and_flatten(child, spec, is_leaf)
        if part is None:
            return None
        made.extend(part)
    return made
