"""Vision networks as named layers: texnet (embedded), vgg16, vgg19, inception, squeezenet; pooling, pixels."""

from deepartist.pipelines.base import Encoder, Padding, Pipeline, WeightsError
from deepartist.pipelines.inception import GoogLeNet
from deepartist.pipelines.pooled import PooledEncoder
from deepartist.pipelines.pooling import Pixels, Pooling
from deepartist.pipelines.squeezenet import SqueezeNet
from deepartist.pipelines.texnet import TexNet
from deepartist.pipelines.vgg import Vgg16, Vgg19

__all__ = [
    "Encoder",
    "GoogLeNet",
    "Padding",
    "Pipeline",
    "Pixels",
    "PooledEncoder",
    "Pooling",
    "SqueezeNet",
    "TexNet",
    "Vgg16",
    "Vgg19",
    "WeightsError",
]
