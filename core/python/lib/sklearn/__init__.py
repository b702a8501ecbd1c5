"""Nabla's own scikit-learn: linear regression and the few helpers that scripts use around it."""

__version__ = "1.9.1"

_PARTS = set(
    "calibration cluster compose covariance cross_decomposition decomposition discriminant_analysis dummy ensemble "
    "feature_extraction feature_selection gaussian_process impute inspection isotonic kernel_approximation kernel_ridge manifold mixture "
    "multiclass multioutput naive_bayes neighbors neural_network pipeline random_projection semi_supervised svm tree".split()
)


class _Missing:
    """Answers imports of sklearn's other parts by name."""

    def find_spec(self, name, path=None, target=None):
        if name.startswith("sklearn.") and name.split(".")[1] in _PARTS:
            raise ModuleNotFoundError(f"{name} is not in Nabla yet", name=name)
        return None


def _watch():
    import sys

    if not any(type(finder).__name__ == "_Missing" and type(finder).__module__ == "sklearn" for finder in sys.meta_path):
        sys.meta_path.append(_Missing())


_watch()


def __getattr__(name):
    if name in _PARTS:
        raise NotImplementedError(f"sklearn.{name} is not in Nabla yet")
    raise AttributeError(f"module 'sklearn' has no attribute '{name}'")
